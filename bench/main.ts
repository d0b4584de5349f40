// Runs the benchmarks, all or those named on the command line, and writes their table.
import { mkdirSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { BenchRow } from './bench-row'
import { startStack } from './stack'

const BENCHES: Record<string, () => Promise<BenchRow[]>> = {
  charges: async () => (await import('./charges')).benchCharges(),
  'first-load-javascript': async () => (await import('./first-load-javascript')).benchFirstLoadJavaScript(),
  'payout-creates': async () => (await import('./payout-creates')).benchPayoutCreates(),
  'payout-execution': async () => (await import('./payout-execution')).benchPayoutExecution(),
  'payout-instances': async () => (await import('./payout-instances')).benchPayoutInstances(),
  'payout-lists': async () => (await import('./payout-lists')).benchPayoutLists(),
  'rest-layer': async () => (await import('./rest-layer')).benchRestLayer(),
  signatures: async () => (await import('./signatures')).benchSignatures(),
  'watcher-backfill': async () => (await import('./watcher-backfill')).benchWatcherBackfill(),
  webhooks: async () => (await import('./webhooks')).benchWebhooks(),
  'watcher-head': async () => (await import('./watcher-head')).benchWatcherHead(),
}

const wanted = process.argv.slice(2)
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
    rows.push(...(await bench()))
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
