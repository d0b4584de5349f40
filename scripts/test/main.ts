// Runs every check of the project and ends with one line `N passed, N failed`. Prints a failed step's output whole.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { ensureGenerated } from '../stack/ensure-generated'
import { type Counts, countForge, countPlaywright, countVitest } from './count-results'

type Step = {
  name: string
  command: string[]
  environment?: Record<string, string>
  /** How many checks the step made; one, by its exit code, when it does not say. */
  count?: (output: string) => Counts | undefined
}

const root = path.resolve(import.meta.dirname, '../..')
const results = path.join(root, '.cache/results')
const vitestReport = path.join(results, 'vitest.json')
const e2eReport = path.join(results, 'e2e.json')
const SOURCES = ['app', 'components', 'domain', 'server', 'prisma', 'scripts', 'test', 'bench', 'e2e']

// The quick ones first: what a person broke most likely is said soonest.
const steps: Step[] = [
  {
    name: 'format and lint',
    command: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  },
  { name: 'types', command: ['node_modules/typescript/bin/tsc', '--noEmit'] },
  {
    name: 'import rules',
    command: [
      'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
      ...SOURCES,
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'err',
    ],
  },
  { name: 'dead code', command: ['node_modules/knip/bin/knip.js', '--no-progress'] },
  { name: 'contracts', command: ['--import', 'tsx', 'scripts/contracts/forge-test.ts'], count: countForge },
  {
    name: 'unit, database and chain',
    command: ['node_modules/vitest/vitest.mjs', 'run'],
    environment: { BURSAR_TEST_JSON: vitestReport },
    count: () => countVitest(vitestReport),
  },
  {
    name: 'browser',
    command: ['--import', 'tsx', 'scripts/test/run-e2e.ts'],
    environment: { E2E_JSON: e2eReport },
    count: () => countPlaywright(e2eReport),
  },
]

async function main() {
  fs.rmSync(results, { recursive: true, force: true })
  fs.mkdirSync(results, { recursive: true })
  ensureGenerated()
  const only = process.argv.slice(2)
  const total: Counts = { passed: 0, failed: 0 }
  for (const step of steps.filter(
    ({ name }) => only.length === 0 || only.some((wanted) => name.includes(wanted)),
  )) {
    const counts = await runStep(step)
    total.passed += counts.passed
    total.failed += counts.failed
  }
  console.log(`${total.passed} passed, ${total.failed} failed`)
  process.exit(total.failed ? 1 : 0)
}

async function runStep(step: Step): Promise<Counts> {
  const started = performance.now()
  const { code, output } = await run(step)
  const counted = step.count?.(output)
  const succeeded = code === 0
  const counts = counted ?? { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1 }
  // A runner that ended badly without a failed test (a crash, an unhandled error) still fails.
  if (!succeeded && counts.failed === 0) counts.failed = 1
  if (!succeeded) console.log(output)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(
    `${succeeded ? 'ok  ' : 'FAIL'} ${step.name}: ${counts.passed} of ${counts.passed + counts.failed} (${seconds} s)`,
  )
  return counts
}

function run({ command, environment }: Step): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, command, {
      cwd: root,
      env: { ...process.env, ...environment, FORCE_COLOR: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString()
      })
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal))
    child.on('exit', (code) => resolve({ code: code ?? 1, output }))
  })
}

await main()
