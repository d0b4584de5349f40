// Runs the benchmarks, all or those named on the command line, and writes their table; `--minutes=10` makes soaks last as long.
import { mkdirSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { BenchRow } from './bench-row'
import { type Stack, startStack } from './stack'

type Soak = { stack: Stack; minutes: number | undefined }
const BENCHES: Record<string, (soak: Soak) => Promise<BenchRow[]>> = {
  charges: async () => (await import('./charges')).benchCharges(),
  'console-calls': async () => (await import('./console-calls')).benchConsoleCalls(),
  'deposit-claims': async () => (await import('./deposit-claims')).benchDepositClaims(),
  'first-load-javascript': async () => (await import('./first-load-javascript')).benchFirstLoadJavaScript(),
  'payout-creates': async () => (await import('./payout-creates')).benchPayoutCreates(),
  'payout-creates-aged': async (soak) => (await import('./payout-creates-aged')).benchPayoutCreatesAged(soak),
  'payout-execution': async () => (await import('./payout-execution')).benchPayoutExecution(),
  'payout-instances': async () => (await import('./payout-instances')).benchPayoutInstances(),
  'payout-lists': async () => (await import('./payout-lists')).benchPayoutLists(),
  'payout-soak': async (soak) => (await import('./payout-soak')).benchPayoutSoak(soak),
  'payout-transitions': async () => (await import('./payout-transitions')).benchPayoutTransitions(),
  'payout-wake-ups': async () => (await import('./payout-wake-ups')).benchPayoutWakeUps(),
  'rest-layer': async () => (await import('./rest-layer')).benchRestLayer(),
  signatures: async () => (await import('./signatures')).benchSignatures(),
  'watcher-backfill': async () => (await import('./watcher-backfill')).benchWatcherBackfill(),
  webhooks: async () => (await import('./webhooks')).benchWebhooks(),
  'watcher-head': async () => (await import('./watcher-head')).benchWatcherHead(),
}

const { positionals: wanted, values } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string' } },
})
const minutes = values.minutes === undefined ? undefined : Number(values.minutes)
if (minutes !== undefined && !(minutes > 1)) {
  process.stderr.write('--minutes is how long a soak lasts, more than one, such as --minutes=10\n')
  process.exit(1)
}
const unknown = wanted.filter((name) => !(name in BENCHES))
if (unknown.length > 0) {
  process.stderr.write(`no benchmark ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}\n`)
  process.exit(1)
}

const rows: BenchRow[] = []
const stack = await startStack()
try {
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    process.stdout.write(`${name} …\n`)
    rows.push(...(await bench({ stack, minutes })))
  }
} finally {
  await stack.stop()
}

const folder = path.resolve(import.meta.dirname, 'results')
mkdirSync(folder, { recursive: true })
writeFileSync(path.join(folder, 'latest.json'), JSON.stringify({ cpus: os.cpus().length, rows }, null, 2))
console.table(
  rows.map(({ name, measured, limit, goal, isMet }) => ({
    name,
    measured,
    limit,
    goal,
    met: isMet ? 'yes' : 'NO',
  })),
)
process.exit(0)
