import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestWorkspace } from '@/test/harness/factories'
import { until } from '@/test/harness/until'
import { startWebhookReceiver, type WebhookReceiver } from '@/test/harness/webhook-receiver'
import { addEndpoint, deliveriesOf, emit, makeDue, startSender } from '@/test/harness/webhooks'

const MORE_BOUNDARIES_THAN_THERE_ARE = 40

let receiver: WebhookReceiver
beforeAll(async () => {
  receiver = await startWebhookReceiver()
})
afterAll(() => receiver.stop())

/** Whether the process was killed; false when it came to its end. */
async function dieAt(boundary: number): Promise<boolean> {
  const args = ['--import', 'tsx', 'test/harness/webhook-child.ts', String(boundary)]
  const child = spawn(process.execPath, args, { env: process.env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const [code, signal] = await once(child, 'exit')
  if (signal === 'SIGKILL') return true
  if (code !== 0) throw new Error(`the child ended with ${code}: ${said}`)
  return false
}

test('a worker killed after any query or answer loses nothing: the next one sends it, with the same id and body', async () => {
  const counts: number[] = []
  for (let boundary = 1; boundary < MORE_BOUNDARIES_THAN_THERE_ARE; boundary += 1) {
    const workspace = await createTestWorkspace()
    const path = `/killed-${boundary}`
    await addEndpoint(workspace, receiver.urlOf(path))
    await emit(workspace)
    const isKilled = await dieAt(boundary)
    // As if the lease of the dead had run out.
    await makeDue(workspace)
    const { stop } = startSender()
    const isDelivered = async () => {
      const [delivery] = await deliveriesOf(workspace)
      return delivery?.status === 'delivered'
    }
    await until('it is delivered', isDelivered)
    await stop()
    const messages = receiver.to(path)
    expect(new Set(messages.map(({ headers, body }) => headers['webhook-id'] + body)).size).toBe(1)
    counts.push(messages.length)
    if (!isKilled) break
  }
  // Killed between the answer and its record it was sent twice; everywhere else once.
  expect(counts.filter((count) => count === 2)).toHaveLength(1)
  expect(counts.filter((count) => count === 1)).toHaveLength(counts.length - 1)
  expect(counts.length).toBeGreaterThan(4)
  expect(counts.length).toBeLessThan(MORE_BOUNDARIES_THAN_THERE_ARE - 1)
}, 240_000)
