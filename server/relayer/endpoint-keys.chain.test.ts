import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { startFaultyRpc } from '@/test/harness/faulty-rpc'
import { ask, openScene } from '@/test/harness/payout-scene'
import { until } from '@/test/harness/until'

const KEY = randomBytes(16).toString('hex')
const proxy = await startFaultyRpc({ target: process.env.RPC_URL ?? '', seed: 1, faults: ['bad_gateway'] })
let worker: ChildProcess | undefined
afterAll(async () => {
  worker?.kill('SIGKILL')
  await proxy.stop()
})

test('while the endpoint answers 502 neither a worker’s log nor the row of a transaction has its key', async () => {
  await openScene()
  worker = spawn(process.execPath, ['--import', 'tsx', 'server/worker/main.ts'], {
    env: { ...process.env, PROCESS_KIND: 'worker', LOG_LEVEL: 'debug', RPC_URL: `${proxy.url}/v2/${KEY}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [worker.stdout, worker.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  await until('the worker is ready', () => output.includes('worker ready'), 120)
  proxy.set({ rate: 1, only: 'eth_sendRawTransaction' })
  await ask()
  const failure = await until(
    'a transaction could not be sent',
    async () => {
      const { rows } = await pool().query<{ last_error: string }>(
        'select last_error from relayer_transactions where last_error is not null',
      )
      return rows[0]?.last_error
    },
    60,
  )
  expect(failure).toContain('HTTP 502')
  expect(failure).not.toContain(KEY)
  proxy.set({ only: null })
  await until(
    'the worker waits for the chain',
    () => output.includes('sweep failed') || output.includes('for the chain'),
    60,
  )
  expect(output).toContain('HTTP 502')
  expect(output).not.toContain(KEY)
  expect(output).not.toContain('eth_sendRawTransaction')
}, 300_000)
