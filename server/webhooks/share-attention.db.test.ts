import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { fetchOutbound } from '@/server/outbound'
import { createTestWorkspace } from '@/test/harness/factories'
import { until } from '@/test/harness/until'
import { startWebhookReceiver, type WebhookReceiver } from '@/test/harness/webhook-receiver'
import { addEndpoint, deliveriesOf, emit, makeDue, startSender } from '@/test/harness/webhooks'
import { fanOutEvents } from './queue-repository'
import type { CallStranger } from './try-delivery'

let receiver: WebhookReceiver
beforeAll(async () => {
  receiver = await startWebhookReceiver()
})
afterAll(() => receiver.stop())

const versionOf = ({ body }: { body: string }): unknown => JSON.parse(body).data.stateVersion
const versionsAt = (path: string) => receiver.to(path).map(versionOf)

test('four workers at once make exactly one delivery of each event for each endpoint that wants it', async () => {
  const workspace = await createTestWorkspace()
  const foreign = await createTestWorkspace()
  await addEndpoint(foreign, receiver.urlOf('/foreign'))
  await addEndpoint(workspace, receiver.urlOf('/all'))
  await addEndpoint(workspace, receiver.urlOf('/mandates'), ['mandate.signed', 'mandate.revoked'])
  const off = await addEndpoint(workspace, receiver.urlOf('/off'))
  await pool().query('update webhook_endpoints set is_enabled = false where id = $1', [off.id])
  for (let count = 0; count < 40; count += 1) {
    const type = count % 4 ? 'payout.signed' : 'mandate.signed'
    const webhookUrl = count % 2 ? receiver.urlOf('/own') : null
    await emit(workspace, { type, webhookUrl })
  }
  const senders = [1, 2, 3, 4].map(() => startSender())
  const delivered = async () => {
    const all = await deliveriesOf(workspace)
    return all.length === 70 && all.every(({ status }) => status === 'delivered')
  }
  await until('all 70 are delivered', delivered)
  await Promise.all(senders.map(({ stop }) => stop()))
  for (const [path, count] of Object.entries({
    '/all': 40,
    '/mandates': 10,
    '/own': 20,
    '/off': 0,
    '/foreign': 0,
  })) {
    const messages = receiver.to(path)
    expect([path, messages.length]).toEqual([path, count])
    expect(new Set(messages.map(({ headers }) => headers['webhook-id'])).size).toBe(count)
  }
})

test('fanned out from eight connections at once nothing is made twice', async () => {
  const workspace = await createTestWorkspace()
  await addEndpoint(workspace, receiver.urlOf('/statement'))
  for (let count = 0; count < 60; count += 1) await emit(workspace)
  const fanOut = async () => {
    while ((await deliveriesOf(workspace)).length < 60) await fanOutEvents({ limit: 7 })
  }
  await Promise.all(Array.from({ length: 8 }, fanOut))
  const deliveries = await deliveriesOf(workspace)
  expect(deliveries).toHaveLength(60)
  expect(new Set(deliveries.map(({ eventId }) => eventId)).size).toBe(60)
})

test('what a payout became is told in the order of its states', async () => {
  const workspace = await createTestWorkspace()
  const payouts = Array.from({ length: 5 }, () => ({ id: randomUUID(), path: `/ordered-${randomUUID()}` }))
  for (let stateVersion = 1; stateVersion <= 6; stateVersion += 1) {
    for (const { id, path } of payouts) {
      await emit(workspace, { payoutRowId: id, data: { stateVersion }, webhookUrl: receiver.urlOf(path) })
    }
  }
  startSender()
  startSender()
  const isAllThere = () => payouts.every(({ path }) => receiver.to(path).length === 6)
  await until('all have arrived', isAllThere)
  for (const { path } of payouts) expect(versionsAt(path)).toEqual([1, 2, 3, 4, 5, 6])
})

test('a state whose delivery failed holds no later one back; both due, the older goes first', async () => {
  const workspace = await createTestWorkspace()
  const payoutRowId = randomUUID()
  receiver.behave('/held', 200, [500, 200, 500])
  await addEndpoint(workspace, receiver.urlOf('/held'))
  const tell = (stateVersion: number) => emit(workspace, { payoutRowId, data: { stateVersion } })
  await tell(1)
  startSender()
  await until('the first has failed', async () => (await deliveriesOf(workspace))[0]?.attempts === 1)
  await pool().query(
    `update webhook_deliveries set next_attempt_at = now() + interval '1 hour' where workspace_id = $1`,
    [workspace.id],
  )
  await tell(2)
  await until(
    'the second is delivered',
    async () => (await deliveriesOf(workspace))[1]?.status === 'delivered',
  )
  await tell(3)
  await until('the third has failed', async () => (await deliveriesOf(workspace))[2]?.attempts === 1)
  await makeDue(workspace)
  await until('all have arrived', () => receiver.to('/held').length === 5)
  expect(versionsAt('/held')).toEqual([1, 2, 3, 1, 3])
})

test('one endpoint of twenty that hangs keeps its own messages waiting and nobody else’s', async () => {
  const workspace = await createTestWorkspace()
  const paths = Array.from({ length: 20 }, (_, index) => `/of-twenty-${index}`)
  for (const path of paths) await addEndpoint(workspace, receiver.urlOf(path))
  const [hanging = '', ...others] = paths
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  let hung = 0
  const call: CallStranger = async (url, init, limits) => {
    if (url === receiver.urlOf(hanging)) {
      hung += 1
      await released
    }
    return fetchOutbound(url, init, limits)
  }
  for (let count = 0; count < 25; count += 1) await emit(workspace)
  startSender(call)
  startSender(call)
  await until('the others have everything', () => others.every((path) => receiver.to(path).length === 25))
  expect(hung).toBe(2)
  expect(receiver.to(hanging)).toEqual([])
  release()
  await until('it has everything too', () => receiver.to(hanging).length === 25)
})

test('one workspace with hundreds of hosts that hang leaves room for the others', async () => {
  const [greedy, modest] = [await createTestWorkspace(), await createTestWorkspace()]
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  let hung = 0
  const call: CallStranger = async (url, init, limits) => {
    if (url.includes('.example')) {
      hung += 1
      await released
      return { status: 200, headers: new Headers(), body: new Uint8Array() }
    }
    return fetchOutbound(url, init, limits)
  }
  for (let host = 0; host < 200; host += 1) {
    await emit(greedy, { webhookUrl: `https://host-${host}.example/` })
  }
  startSender(call)
  await until('the greedy one has a third of all room', () => hung === 86)
  await emit(modest, { webhookUrl: receiver.urlOf('/modest') })
  await until('the modest one is told', () => receiver.to('/modest').length === 1)
  expect(hung).toBe(86)
  release()
  await until('the greedy one gets everything', () => hung === 200)
})

test('tens of thousands of deliveries that wait for their next try do not slow a claim of what is due', async () => {
  const workspace = await createTestWorkspace()
  const { id } = await addEndpoint(workspace, receiver.urlOf('/crowded'))
  await pool().query(
    `with event as (
       insert into webhook_events (workspace_id, type, body, fanned_out_at) select $1, 'payout.signed', '{}', now() from generate_series(1, 20000)
       returning id, sequence)
     insert into webhook_deliveries (event_id, workspace_id, endpoint_id, url, target, sequence, next_attempt_at)
       select id, $1, $2::uuid, 'https://crowded.example/', $2::text, sequence, now() + interval '1 hour' from event`,
    [workspace.id, id],
  )
  await pool().query('analyze webhook_deliveries')
  const { rows } = await pool().query<{ 'QUERY PLAN': string }>(
    `explain (analyze, buffers off, timing off) select d.id from webhook_deliveries d
      where d.status = 'pending' and d.target = $1 and d.next_attempt_at <= now() order by d.next_attempt_at, d.sequence limit 2`,
    [id],
  )
  expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('webhook_deliveries_due_idx')
  await emit(workspace)
  startSender()
  await until('the new one arrives', () => receiver.to('/crowded').length === 1)
})
