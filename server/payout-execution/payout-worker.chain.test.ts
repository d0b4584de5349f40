import { type ChildProcess, spawn } from 'node:child_process'
import { afterAll, expect, test } from 'vitest'
import { wakeWorker } from '@/server/core/wake-worker'
import { ask, chain, expectPaidOnce, openScene, rowOf } from '@/test/harness/payout-scene'
import { until } from '@/test/harness/until'

let worker: ChildProcess | undefined
afterAll(() => worker?.kill('SIGKILL'))

test('a running worker pays what a commit woke it for, and what nobody woke it for', async () => {
  await openScene()
  const output = await startWorker()
  const woken = await ask()
  wakeWorker('advance-payouts')
  await until('the woken one is broadcast', () => hasStatus(woken.id, 'succeeded'), 60)
  const swept = await ask()
  await until('the sweep finds the other', () => hasStatus(swept.id, 'succeeded'), 60)
  await chain.mine(6)
  for (const payout of [woken, swept]) {
    await until('it is final', async () => (await rowOf(payout.id)).finalized_at !== null, 60)
    await expectPaidOnce(payout)
  }
  expect(output.text).not.toContain('sweep failed')
}, 300_000)

const hasStatus = async (id: string, status: string) => (await rowOf(id)).status === status

async function startWorker() {
  worker = spawn(process.execPath, ['--import', 'tsx', 'server/worker/main.ts'], {
    env: { ...process.env, PROCESS_KIND: 'worker', LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { text: '' }
  for (const stream of [worker.stdout, worker.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output.text += chunk.toString()
    })
  }
  await until('the worker is ready', () => output.text.includes('worker ready'), 120)
  return output
}
