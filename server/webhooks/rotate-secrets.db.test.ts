import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { createTestWorkspace } from '@/test/harness/factories'
import { until } from '@/test/harness/until'
import { startWebhookReceiver, type WebhookReceiver } from '@/test/harness/webhook-receiver'
import { actor, addEndpoint, deliveriesOf, emit, startSender } from '@/test/harness/webhooks'
import { rotateEndpointSecret } from './change-endpoint'
import { rotateDefaultSecret } from './default-secret'

let receiver: WebhookReceiver
beforeAll(async () => {
  receiver = await startWebhookReceiver()
})
afterAll(() => receiver.stop())

const ended = (workspace: { id: string }) => async () => {
  const deliveries = await deliveriesOf(workspace)
  return deliveries.length > 0 && deliveries.every(({ status }) => status !== 'pending') && deliveries
}

test('while a secret is rotated out both sign, afterwards the new one alone', async () => {
  const workspace = await createTestWorkspace()
  const { id, secret: former } = await addEndpoint(workspace, receiver.urlOf('/rotated'))
  const { secret, previousSecretEndsAt } = await rotateEndpointSecret({
    actor,
    workspaceId: workspace.id,
    id,
  })
  expect(secret).not.toBe(former)
  const overlap = new Date(previousSecretEndsAt ?? 0).getTime() - Date.now()
  expect(Math.round(overlap / 3_600_000)).toBe(24)
  startSender()
  await emit(workspace)
  const [both] = await until(
    'it arrives',
    () => receiver.to('/rotated').length === 1 && receiver.to('/rotated'),
  )
  if (!both) throw new Error('nothing arrived')
  expect(both.headers['webhook-signature']?.split(' ')).toHaveLength(2)
  for (const one of [former, secret]) new Webhook(one).verify(both.body, both.headers)
  await pool().query(
    `update webhook_endpoints set former_secrets = jsonb_set(former_secrets, '{0,endsAt}', to_jsonb(now() - interval '1 second')) where id = $1`,
    [id],
  )
  await emit(workspace)
  const [, alone] = await until(
    'it arrives',
    () => receiver.to('/rotated').length === 2 && receiver.to('/rotated'),
  )
  if (!alone) throw new Error('nothing arrived')
  new Webhook(secret).verify(alone.body, alone.headers)
  expect(() => new Webhook(former).verify(alone.body, alone.headers)).toThrow('No matching signature')
})

test('a secret that is replaced twice still signs for its whole day, and so does the one in between', async () => {
  const workspace = await createTestWorkspace()
  const { id, secret: inUse } = await addEndpoint(workspace, receiver.urlOf('/replaced'))
  const rotation = { actor, workspaceId: workspace.id, id }
  const { secret: lost } = await rotateEndpointSecret(rotation)
  const { secret } = await rotateEndpointSecret(rotation)
  startSender()
  await emit(workspace)
  await emit(workspace, { webhookUrl: receiver.urlOf('/replaced-own') })
  const isDelivered = () => receiver.to('/replaced').length === 2 && receiver.to('/replaced-own').length === 1
  await until('both are delivered', isDelivered)
  const [message] = receiver.to('/replaced')
  if (!message) throw new Error('nothing arrived')
  for (const one of [inUse, lost, secret]) new Webhook(one).verify(message.body, message.headers)
  const own = [await rotateDefaultSecret(rotation), await rotateDefaultSecret(rotation)]
  await emit(workspace, { webhookUrl: receiver.urlOf('/replaced-own') })
  await until('it arrives', () => receiver.to('/replaced-own').length === 2)
  const [, last] = receiver.to('/replaced-own')
  if (!last) throw new Error('nothing arrived')
  expect(last.headers['webhook-signature']?.split(' ')).toHaveLength(3)
  for (const one of own) new Webhook(one.secret).verify(last.body, last.headers)
})

test('however often a secret is replaced, a message carries at most ten signatures', async () => {
  const workspace = await createTestWorkspace()
  const { id, secret: first } = await addEndpoint(workspace, receiver.urlOf('/often'))
  const secrets = [first]
  for (let count = 0; count < 10; count += 1) {
    secrets.push((await rotateEndpointSecret({ actor, workspaceId: workspace.id, id })).secret)
  }
  startSender()
  await emit(workspace)
  await until('it is delivered', ended(workspace))
  const [message] = receiver.to('/often')
  if (!message) throw new Error('nothing arrived')
  expect(message.headers['webhook-signature']?.split(' ')).toHaveLength(10)
  for (const one of secrets.slice(1)) new Webhook(one).verify(message.body, message.headers)
  expect(() => new Webhook(first).verify(message.body, message.headers)).toThrow('No matching signature')
})

test("a payout's own address is signed with the workspace's default secret, made at its first use and rotated like others", async () => {
  const workspace = await createTestWorkspace()
  startSender()
  await emit(workspace, { webhookUrl: receiver.urlOf('/own') })
  await until('it is delivered', ended(workspace))
  const { secret, previousSecretEndsAt } = await rotateDefaultSecret({ actor, workspaceId: workspace.id })
  expect(previousSecretEndsAt).not.toBeNull()
  await emit(workspace, { webhookUrl: receiver.urlOf('/own') })
  const [first, second] = await until(
    'it arrives',
    () => receiver.to('/own').length === 2 && receiver.to('/own'),
  )
  if (!first || !second) throw new Error('nothing arrived')
  expect(first.headers['webhook-signature']?.split(' ')).toHaveLength(1)
  expect(second.headers['webhook-signature']?.split(' ')).toHaveLength(2)
  new Webhook(secret).verify(second.body, second.headers)
})
