import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { fetchOutbound } from '@/server/outbound'
import { createTestWorkspace } from '@/test/harness/factories'
import { until } from '@/test/harness/until'
import { startWebhookReceiver, type WebhookReceiver } from '@/test/harness/webhook-receiver'
import { addEndpoint, deliveriesOf, emit, startSender } from '@/test/harness/webhooks'
import { claimDeliveries, fanOutEvents } from './queue-repository'
import type { CallStranger } from './try-delivery'

let receiver: WebhookReceiver
beforeAll(async () => {
  receiver = await startWebhookReceiver()
})
afterAll(() => receiver.stop())
beforeEach(async () => {
  await pool().query(
    `update webhook_deliveries set status = 'failed', lease_until = null where status = 'pending'`,
  )
})

const BOUNDS = { limit: 128, perTarget: 2, perWorkspace: 48, leaseSeconds: 30 }

/** Once something is due: a time is stored in whole milliseconds, so that may be a moment ahead. */
const claimSome = (bounds = BOUNDS) =>
  until('something is due', async () => {
    const claimed = await claimDeliveries(bounds)
    return claimed.length > 0 && claimed
  })

async function fanOut(workspace: { id: string }) {
  await fanOutEvents({ limit: 500 })
  await pool().query(
    `update webhook_deliveries set next_attempt_at = now() - interval '1 second' where workspace_id = $1 and attempts = 0 and lease_until is null`,
    [workspace.id],
  )
}

test('three workspaces with hundreds of hosts that hang leave room for a fourth, in one worker', async () => {
  const greedy = [await createTestWorkspace(), await createTestWorkspace(), await createTestWorkspace()]
  const modest = await createTestWorkspace()
  for (const workspace of greedy) {
    for (let count = 0; count < 20; count += 1) await addEndpoint(workspace, 'http://127.0.0.1:9999/hangs')
    for (let count = 0; count < 10; count += 1) {
      await emit(workspace)
      for (let host = 0; host < 10; host += 1)
        await emit(workspace, { webhookUrl: `https://h${count}-${host}.example/` })
    }
  }
  while ((await fanOutEvents({ limit: 500 })) > 0);
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const hung = new Map<string, number>()
  const call: CallStranger = async (url, init, limits) => {
    if (url === receiver.urlOf('/fourth')) return fetchOutbound(url, init, limits)
    hung.set(url, (hung.get(url) ?? 0) + 1)
    await released
    return { status: 200, headers: new Headers(), body: new Uint8Array() }
  }
  const sender = startSender(call)
  await until('the greedy ones have their share', () => hung.size > 10)
  await emit(modest, { webhookUrl: receiver.urlOf('/fourth') })
  await until('the modest one is told', () => receiver.to('/fourth').length === 1)
  release()
  await sender.stop()
})

test('whoever has the least under way goes first, however long the others have waited', async () => {
  const [greedy, modest] = [await createTestWorkspace(), await createTestWorkspace()]
  for (let host = 0; host < 40; host += 1)
    await emit(greedy, { webhookUrl: `https://first-${host}.example/` })
  await fanOut(greedy)
  expect(await claimDeliveries({ ...BOUNDS, limit: 20 })).toHaveLength(10)
  await emit(modest, { webhookUrl: 'https://modest.example/' })
  await fanOutEvents({ limit: 500 })
  const [next] = await claimSome({ ...BOUNDS, limit: 1 })
  expect(next?.workspaceId).toBe(modest.id)
})

test("hosts of payouts' own addresses that hang leave the workspace's endpoints half of its room", async () => {
  const workspace = await createTestWorkspace()
  for (let host = 0; host < 100; host += 1) {
    await emit(workspace, { webhookUrl: `https://wild-${host}.example/` })
  }
  await fanOut(workspace)
  expect(await claimDeliveries(BOUNDS)).toHaveLength(24)
  const { id } = await addEndpoint(workspace, receiver.urlOf('/beside'))
  await emit(workspace)
  await fanOut(workspace)
  expect((await claimDeliveries(BOUNDS)).map(({ endpointId }) => endpointId)).toEqual([id])
})

test('with 30,000 hosts a claim reads a bounded number of rows, whether they wait for their next try or are due', async () => {
  const [wild, modest] = [await createTestWorkspace(), await createTestWorkspace()]
  await pool().query(
    `with event as (
       insert into webhook_events (workspace_id, type, body, fanned_out_at) select $1, 'payout.signed', '{}', now() from generate_series(1, 30000)
       returning id, sequence)
     insert into webhook_deliveries (event_id, workspace_id, url, target, sequence, next_attempt_at)
       select id, $1, 'https://wild.example/', $1::text || ' host-' || sequence, sequence, now() + interval '1 hour' from event`,
    [wild.id],
  )
  await emit(modest, { webhookUrl: receiver.urlOf('/bounded') })
  await fanOut(modest)
  const client = await pool().connect()
  const rowsRead = async () => {
    const { rows } = await client.query<{ read: bigint }>(
      `select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint as read from pg_stat_xact_user_tables where relname like 'webhook_%'`,
    )
    return Number(rows[0]?.read)
  }
  try {
    await client.query('begin')
    const before = await rowsRead()
    const claimed = await client.query('select * from webhook_claim(128, 2, 48, 30)')
    expect(claimed.rows.map(({ workspace_id: id }) => id)).toEqual([modest.id])
    expect((await rowsRead()) - before).toBeLessThan(100)
    await client.query('update webhook_deliveries set next_attempt_at = now() where workspace_id = $1', [
      wild.id,
    ])
    const whenDue = await rowsRead()
    expect((await client.query('select * from webhook_claim(128, 2, 48, 30)')).rows).toHaveLength(24)
    expect((await rowsRead()) - whenDue).toBeLessThan(1_000)
  } finally {
    await client.query('rollback')
    client.release()
  }
})

test('a killed worker’s deliveries are claimed again once their leases have run out', async () => {
  const workspace = await createTestWorkspace()
  await emit(workspace, { webhookUrl: receiver.urlOf('/again') })
  await fanOut(workspace)
  const [claimed] = await claimDeliveries({ ...BOUNDS, leaseSeconds: 1 })
  expect(claimed?.workspaceId).toBe(workspace.id)
  const [again] = await claimSome()
  expect(again).toMatchObject({ id: claimed?.id, leaseVersion: (claimed?.leaseVersion ?? 0) + 1 })
})

test('of a queue that was tried and ended nothing is left, and what is sent again starts it anew', async () => {
  const workspace = await createTestWorkspace()
  const { id } = await addEndpoint(workspace, receiver.urlOf('/emptied'))
  await emit(workspace)
  const sender = startSender()
  const targets = async () => (await pool().query('select target from webhook_targets')).rows
  await until(
    'nothing waits',
    async () => receiver.to('/emptied').length === 1 && (await targets()).length === 0,
  )
  expect(await deliveriesOf(workspace)).toMatchObject([{ status: 'delivered' }])
  await pool().query(
    `insert into webhook_deliveries (event_id, workspace_id, endpoint_id, url, target, sequence, replayed_by)
       select event_id, workspace_id, endpoint_id, url, target, sequence, 'somebody' from webhook_deliveries where endpoint_id = $1`,
    [id],
  )
  await until('it comes again', () => receiver.to('/emptied').length === 2)
  await sender.stop()
})
