// Who may import whom: the table of docs/architecture.md, each row an error.
const server = (names) => `^server/(${names})/`
const SLICES =
  'workspaces|agents|wallets|watcher|deposits|balance|x402|withdrawals|mandates|payouts|approvals|payout-execution|managed-wallets|policies|checker|address-book|sessions|relayer|webhooks|priced-apis|outbound|audit|evidence|instance'
const TESTS = '\\.(db\\.|chain\\.)?test\\.tsx?$'

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'domain-is-pure',
      comment: 'domain/ imports zod and viem only: it runs in the browser, on the server and in tests.',
      severity: 'error',
      from: { path: '^domain/', pathNot: TESTS },
      to: { pathNot: '^domain/|node_modules/(zod|viem)/' },
    },
    {
      name: 'components-know-no-server',
      comment: 'Components import domain/, other components and the types of server/trpc only.',
      severity: 'error',
      from: { path: '^components/', pathNot: TESTS },
      to: { path: '^(server|prisma|app|scripts|test|bench)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'components-see-trpc-types-only',
      severity: 'error',
      from: { path: '^components/' },
      to: { path: '^server/(?!trpc/)', dependencyTypes: ['type-only'] },
    },
    {
      name: 'app-is-thin',
      comment: 'Pages and route handlers reach the product through trpc, rest and auth.',
      severity: 'error',
      from: { path: '^app/' },
      to: { path: '^(server/(?!trpc/|rest/|auth/|web/)|prisma/|scripts/|test/)' },
    },
    {
      name: 'slices-know-no-transport',
      severity: 'error',
      from: { path: server(SLICES), pathNot: TESTS },
      to: { path: '^(server/(trpc|rest|mcp|worker|web)/|app/|components/)|node_modules/next/' },
    },
    {
      name: 'slices-are-entered-by-their-index',
      severity: 'error',
      from: { path: `^server/(${SLICES}|trpc|rest|mcp|worker|web|auth)/`, pathNot: TESTS },
      to: { path: server(SLICES), pathNot: ['^server/$1/', 'index\\.ts$'] },
    },
    {
      name: 'core-stands-below-all',
      severity: 'error',
      from: { path: '^server/core/', pathNot: TESTS },
      to: { path: '^server/(?!core/)|^(app|components)/' },
    },
    {
      name: 'chain-knows-no-database',
      severity: 'error',
      from: { path: '^server/chain/', pathNot: TESTS },
      to: { path: `^(server/core/db|prisma/|server/(${SLICES})/)` },
    },
    {
      name: 'worker-knows-no-interface',
      severity: 'error',
      from: { path: '^server/worker/', pathNot: TESTS },
      to: { path: '^(app|components|server/(trpc|rest|mcp|web))/|node_modules/next/' },
    },
    {
      name: 'only-repositories-touch-prisma',
      severity: 'error',
      from: {
        path: '^(server|app|components|domain)/',
        pathNot: [TESTS, '-repository\\.ts$', '^server/core/db\\.ts$'],
      },
      to: { path: '^prisma/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'only-chain-speaks-rpc',
      comment: "viem clients on the server are made in server/chain; slices may use viem's pure functions.",
      severity: 'error',
      from: { path: '^server/(?!chain/)', pathNot: TESTS },
      to: { path: 'node_modules/viem/_(esm|cjs)/(clients|actions)/' },
    },
    {
      name: 'outbound-knows-no-product',
      severity: 'error',
      from: { path: '^server/outbound/', pathNot: TESTS },
      to: { path: `^(server/core/db|prisma/|server/(?!core/|outbound/))` },
    },
    {
      name: 'only-outbound-calls-strangers',
      comment: 'Addresses that people name are called through server/outbound, which checks where they lead.',
      severity: 'error',
      from: { path: '^server/(?!outbound/)', pathNot: TESTS },
      to: { path: 'node_modules/undici/' },
    },
    {
      name: 'nothing-imports-tests-or-tools',
      severity: 'error',
      from: { path: '^(server|app|components|domain)/', pathNot: TESTS },
      to: { path: '^(scripts|test|bench|e2e)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules|prisma/generated' },
    exclude: { path: '\\.next/|contracts/out' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
}
