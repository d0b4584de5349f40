import { existsSync } from 'node:fs'
import { z } from 'zod'
import { addressSchema } from '@/domain/address-schema'
import { findNetwork, NETWORKS, type Network } from '@/domain/networks'

const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional())
/** 0.002 ETH: about $5 while an ETH costs $2,500. */
const DEFAULT_GAS_ALLOWANCE_WEI = 2_000_000_000_000_000n
const flag = z.preprocess((value) => value === '1' || value === 'true', z.boolean())
const list = z.preprocess(
  (value) => (typeof value === 'string' && value ? value.split(',').map((item) => item.trim()) : []),
  z.array(z.string().min(1)),
)
// A PEM key on one line, as environment files and container settings hold it.
const unescapeNewlines = (text: string) => text.replaceAll('\\n', '\n')
const privateKey = z.string().regex(/^0x[0-9a-fA-F]{64}$/, 'must be 0x and 64 hex digits')
const httpUrl = z.url({ protocol: /^https?$/ })

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const networkSchema = z.string().transform((text, ctx): Network => {
  const network = findNetwork(text)
  if (network) return network
  ctx.addIssue({ code: 'custom', message: `must be one of ${Object.keys(NETWORKS).join(', ')}` })
  return z.NEVER
})

// Every variable is described in .env.example; the same names, the same order.
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** Keys that move money: a web process that sees one does not start. */
const WORKER_ONLY = [
  'RELAYER_PRIVATE_KEYS',
  'TREASURY_PRIVATE_KEY',
  'WALLET_ENCRYPTION_KEY',
  'CDP_WALLET_SECRET',
] as const
// A worker without WALLET_ENCRYPTION_KEY starts all the same: everything but payouts works.
const SIGNER_NEEDS = {
  local: [],
  kms: ['AWS_REGION'],
  cdp: ['CDP_API_KEY_ID', 'CDP_API_KEY_SECRET', 'CDP_WALLET_SECRET'],
} as const

type OnrampSettings = {
  NETWORK: Network
  ONCHAINKIT_API_KEY?: string | undefined
  COINBASE_PROJECT_ID?: string | undefined
  CDP_API_KEY_ID?: string | undefined
  CDP_API_KEY_SECRET?: string | undefined
}

/** Coinbase sells USDC on Base only, and its card needs all four values: null unless everything is there. */
function onrampKeyOf(value: OnrampSettings): { id: string; secret: string } | null {
  const { NETWORK, ONCHAINKIT_API_KEY, COINBASE_PROJECT_ID, CDP_API_KEY_ID, CDP_API_KEY_SECRET } = value
  if (NETWORK.name !== 'base' || !ONCHAINKIT_API_KEY || !COINBASE_PROJECT_ID) return null
  return CDP_API_KEY_ID && CDP_API_KEY_SECRET ? { id: CDP_API_KEY_ID, secret: CDP_API_KEY_SECRET } : null
}

const schema = z
  .object({
    NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
    PROCESS_KIND: z.enum(['web', 'worker', 'script']).default('script'),
    PORT: z.coerce.number().int().min(1).max(65535).default(3000),
    HOST: z.string().default('127.0.0.1'),
    LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),

    DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgresql:// URL'),
    DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(200).default(10),

    NETWORK: networkSchema.default(NETWORKS.local),
    RPC_URL: httpUrl,
    RPC_URL_SECOND: optional(httpUrl),
    PUBLIC_RPC_URL: httpUrl,
    USDC_ADDRESS: optional(addressSchema),
    SETTLEMENT_ADDRESS: addressSchema,
    SETTLEMENT_DEPLOY_BLOCK: z.coerce.bigint().min(0n).default(0n),

    APP_ORIGINS: list,
    SESSION_SECRET: z.string().min(32, 'must be at least 32 characters; make one with: openssl rand -hex 32'),
    INSTANCE_ADMINS: list.pipe(z.array(addressSchema)),
    SIGNUP: optional(z.enum(['open', 'invite'])),
    APPROVER_DELAY_SECONDS: optional(z.coerce.number().int().min(0).max(604_800)),
    TRUST_PROXY: flag,

    RATE_LIMIT_MONEY_PER_MINUTE: z.coerce.number().int().min(1).default(20_000),
    RATE_LIMIT_READS_PER_MINUTE: z.coerce.number().int().min(1).default(60_000),
    RATE_LIMIT_ANONYMOUS_PER_MINUTE: z.coerce.number().int().min(1).default(300),

    RELAYER_PRIVATE_KEYS: list.pipe(z.array(privateKey)),
    GAS_ALLOWANCE_WEI_PER_DAY: optional(z.coerce.bigint().min(0n)),

    PREPAY_DEPOSITS_ENABLED: flag,
    PREPAY_X402_TOPUP_ENABLED: flag,
    RECEIVE_ADDRESS: optional(addressSchema),
    TREASURY_PRIVATE_KEY: optional(privateKey),
    WALLET_SIGNER: z.enum(['local', 'kms', 'cdp']).default('local'),
    WALLET_ENCRYPTION_KEY: optional(
      z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits; make one with: openssl rand -hex 32'),
    ),
    AWS_REGION: optional(
      z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as eu-central-1'),
    ),
    KMS_KEY_POLICY: optional(z.string().refine(isJson, 'must be a key policy in JSON')),
    CDP_API_URL: httpUrl
      .default('https://api.cdp.coinbase.com/platform')
      .transform((url) => url.replace(/\/$/, '')),
    CDP_WALLET_SECRET: optional(z.string().min(32)),
    PAYOUT_CONFIRMATION_TIMEOUT_SECONDS: z.coerce.number().int().min(30).max(86_400).default(600),
    MIN_PAYOUT_ATOMIC: z.coerce.bigint().min(1n).default(1n),
    X402_FACILITATOR_URL: optional(httpUrl),
    OUTBOUND_ALLOW_LOCAL: optional(flag),

    WALLETCONNECT_PROJECT_ID: optional(z.string().min(8)),
    ONCHAINKIT_API_KEY: optional(z.string().min(8)),
    COINBASE_PROJECT_ID: optional(z.string().min(8)),
    CDP_API_KEY_ID: optional(z.string().min(8)),
    CDP_API_KEY_SECRET: optional(z.string().min(32).transform(unescapeNewlines)),
    ETHEREUM_RPC_URL: optional(httpUrl),
    METRICS_TOKEN: optional(z.string().min(16)),
  })
  .superRefine((value, ctx) => {
    const isLocal = value.NETWORK.name === 'local'
    if (!isLocal && value.PUBLIC_RPC_URL === value.RPC_URL) {
      ctx.addIssue({
        code: 'custom',
        path: ['PUBLIC_RPC_URL'],
        message: 'must differ from RPC_URL, which may hold a key: it is shown to every browser',
      })
    }
    if (isLocal && !value.USDC_ADDRESS) {
      ctx.addIssue({ code: 'custom', path: ['USDC_ADDRESS'], message: 'is required on the local network' })
    }
    for (const name of WORKER_ONLY) {
      if (value.PROCESS_KIND !== 'web' || !value[name]?.length) continue
      ctx.addIssue({
        code: 'custom',
        path: [name],
        message: 'belongs to the worker only; remove it from the web process',
      })
    }
    for (const name of value.PROCESS_KIND === 'worker' ? SIGNER_NEEDS[value.WALLET_SIGNER] : []) {
      if (value[name]) continue
      ctx.addIssue({
        code: 'custom',
        path: [name],
        message: `is required with WALLET_SIGNER=${value.WALLET_SIGNER}`,
      })
    }
    if (value.PREPAY_DEPOSITS_ENABLED && !value.RECEIVE_ADDRESS) {
      ctx.addIssue({
        code: 'custom',
        path: ['RECEIVE_ADDRESS'],
        message: 'is required with PREPAY_DEPOSITS_ENABLED: the address that prepaid USDC is sent to',
      })
    }
    if (value.OUTBOUND_ALLOW_LOCAL && !isLocal) {
      ctx.addIssue({
        code: 'custom',
        path: ['OUTBOUND_ALLOW_LOCAL'],
        message: 'is for the local network only: it lets priced APIs call servers on this machine',
      })
    }
    if (value.PROCESS_KIND === 'web' && value.APP_ORIGINS.length === 0) {
      ctx.addIssue({
        code: 'custom',
        path: ['APP_ORIGINS'],
        message: 'must name the origins this console is served from, such as https://console.example.com',
      })
    }
  })
  .transform((value) => {
    const isLocal = value.NETWORK.name === 'local'
    return {
      ...value,
      USDC_ADDRESS: value.USDC_ADDRESS ?? addressSchema.parse(value.NETWORK.usdcAddress),
      SIGNUP: value.SIGNUP ?? (isLocal ? ('open' as const) : ('invite' as const)),
      APPROVER_DELAY_SECONDS: value.APPROVER_DELAY_SECONDS ?? (isLocal ? 0 : 3600),
      OUTBOUND_ALLOW_LOCAL: value.OUTBOUND_ALLOW_LOCAL ?? isLocal,
      // The local chain is for trying and testing: a hundred times the limits.
      rateLimitFactor: isLocal ? 100 : 1,
      GAS_ALLOWANCE_WEI_PER_DAY:
        value.GAS_ALLOWANCE_WEI_PER_DAY ?? DEFAULT_GAS_ALLOWANCE_WEI * (isLocal ? 100n : 1n),
      isLocal,
      onrampKey: onrampKeyOf(value),
      // The addresses of a local chain have no names, and are asked of nobody.
      namesRpcUrl: isLocal ? null : (value.ETHEREUM_RPC_URL ?? null),
    }
  })

export type Env = z.output<typeof schema>

export class EnvError extends Error {
  override readonly name = 'EnvError'
}

/** Parses an environment. Throws `EnvError` with one line per wrong variable; values are never repeated in it. */
export function parseEnv(source: Record<string, string | undefined>): Env {
  const result = schema.safeParse(source)
  if (result.success) return result.data
  const lines = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
  throw new EnvError(`The environment is not complete. See .env.example.\n${lines.join('\n')}`)
}

let isFileRead = false

/** Reads `.env` of the working directory once; what the environment says already wins. */
function readEnvFile() {
  if (isFileRead) return
  isFileRead = true
  if (process.env.NODE_ENV === 'production' && existsSync('.env')) process.loadEnvFile('.env')
}

let cached: Env | undefined

/** The environment of this process, parsed at first use. The only reader of `process.env`. */
export function env(): Env {
  readEnvFile()
  cached ??= parseEnv(process.env)
  return cached
}

/** What the logger needs before the whole environment is known to be right, so that importing it can never fail. */
export function readLogSettings(): { level: (typeof LOG_LEVELS)[number]; processKind: string } {
  readEnvFile()
  const level = z.enum(LOG_LEVELS).catch('info').parse(process.env.LOG_LEVEL)
  return { level, processKind: process.env.PROCESS_KIND ?? 'script' }
}
