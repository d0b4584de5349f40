import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { getInstanceStatus, getReadiness } from '@/server/instance'
import { startFaultyRpc } from '@/test/harness/faulty-rpc'
import { until } from '@/test/harness/until'

const children: ChildProcess[] = []

function startWorker(changes: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'server/worker/main.ts'], {
    env: { ...process.env, PROCESS_KIND: 'worker', LOG_LEVEL: 'info', ...changes },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  const output = { text: '' }
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output.text += chunk.toString()
    })
  }
  return { child, output, exit: once(child, 'exit').then(([code]) => code as number | null) }
}

afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL')
})

test('a worker becomes ready, reports itself, and stops cleanly on SIGTERM', async () => {
  expect(await getReadiness()).toMatchObject({
    ready: false,
    checks: { database: { ok: true }, worker: { ok: false } },
  })
  const { child, output, exit } = startWorker()
  await until('the installation is ready', async () => (await getReadiness()).ready, 30)
  await until('the worker says so', () => output.text.includes('worker ready'))
  const status = await getInstanceStatus()
  expect(status.watcher).toMatchObject({ state: 'following', lagBlocks: 0 })
  expect(status.processes).toMatchObject([{ kind: 'worker', pid: child.pid, isLeader: true, isAlive: true }])
  child.kill('SIGTERM')
  expect(await exit).toBe(0)
  expect(output.text).toContain('worker stopped')
  expect((await getReadiness()).ready).toBe(false)
  expect((await getInstanceStatus()).processes).toEqual([])
})

test('a worker on the wrong chain ends with a message that names both chain ids', async () => {
  const wrong = await startFaultyRpc({ target: env().RPC_URL, seed: 1, chainId: 8453 })
  const { output, exit } = startWorker({ RPC_URL: wrong.url })
  expect(await exit).toBe(1)
  expect(output.text).toContain('RPC_URL answers for chain 8453, but NETWORK=local is chain 31337')
  await wrong.stop()
})

test('a worker waits for a chain that is not there yet, and can be stopped meanwhile', async () => {
  const { child, output, exit } = startWorker({ RPC_URL: 'http://127.0.0.1:9' })
  await until('it says what it waits for', () => output.text.includes('worker waits for the chain'))
  child.kill('SIGINT')
  expect(await exit).toBe(0)
})

test('a database that belongs to another chain is named before anything is read', async () => {
  await pool().query(`update chain_blocks set hash = '0xdead'`)
  const { output, exit } = startWorker()
  expect(await exit).toBe(1)
  expect(output.text).toContain('This is not the chain that the database was filled from')
})
