import type { PoolClient } from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { fetchOutbound } from '@/server/outbound'
import { createTestWorkspace } from '@/test/harness/factories'
import { until } from '@/test/harness/until'
import { startWebhookReceiver, type WebhookReceiver } from '@/test/harness/webhook-receiver'
import { addEndpoint, deliveriesOf, emit, startSender } from '@/test/harness/webhooks'
import { claimTargets, fanOutEvents, recordTries, type TryResult } from './queue-repository'
import type { CallStranger } from './try-delivery'

let receiver: WebhookReceiver
beforeAll(async () => {
  receiver = await startWebhookReceiver()
})
afterAll(() => receiver.stop())
beforeEach(async () => {
  await pool().query(`update webhook_deliveries set status = 'failed' where status = 'pending'`)
  await pool().query('delete from webhook_targets')
})

const BOUNDS = { limit: 128, batch: 8, leaseSeconds: 30 }

/** Once something is due: a time is stored in whole milliseconds, so that may be a moment ahead. */
const claimSome = (bounds = BOUNDS) =>
  until('something is due', async () => {
    const claimed = await claimTargets(bounds)
    return claimed.length > 0 && claimed
  })

async function fanOut(workspace: { id: string }) {
  await fanOutEvents({ limit: 500 })
  await pool().query(
    `update webhook_deliveries set next_attempt_at = now() - interval '1 second' where workspace_id = $1 and attempts = 0`,
    [workspace.id],
  )
}

const delivered = (id: string): TryResult => ({
  id,
  ...{ attempts: 0, outcome: 'delivered', isTest: false, retrySeconds: null, requestHeaders: {} },
  ...{ status: 200, body: 'ok', error: null, milliseconds: 1 },
})

/** In its transaction so far. */
async function rowsReadBy(client: PoolClient): Promise<number> {
  const { rows } = await client.query<{ read: bigint }>(
    `select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint as read from pg_stat_xact_user_tables where relname like 'webhook_%'`,
  )
  return Number(rows[0]?.read)
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
  expect(await claimTargets({ ...BOUNDS, limit: 20 })).toHaveLength(7)
  await emit(modest, { webhookUrl: 'https://modest.example/' })
  await fanOutEvents({ limit: 500 })
  const [next] = await claimSome({ ...BOUNDS, limit: 1 })
  expect(next?.workspaceId).toBe(modest.id)
})

test("hosts of payouts' own addresses that hang leave the workspace's endpoints room", async () => {
  const workspace = await createTestWorkspace()
  for (let host = 0; host < 100; host += 1) {
    await emit(workspace, { webhookUrl: `https://wild-${host}.example/` })
  }
  await fanOut(workspace)
  expect(await claimTargets(BOUNDS)).toHaveLength(43)
  const { id } = await addEndpoint(workspace, receiver.urlOf('/beside'))
  await emit(workspace)
  await fanOut(workspace)
  const left = { ...BOUNDS, limit: BOUNDS.limit - 43 }
  expect((await claimTargets(left)).map(({ endpointId }) => endpointId)).toEqual([id])
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
  const rowsRead = () => rowsReadBy(client)
  try {
    await client.query('begin')
    const before = await rowsRead()
    const claimed = await client.query(`select * from webhook_claim(128, 8, 30, '{}', '{}')`)
    expect(claimed.rows.map(({ workspace_id: id }) => id)).toEqual([modest.id])
    expect((await rowsRead()) - before).toBeLessThan(100)
    await client.query('update webhook_deliveries set next_attempt_at = now() where workspace_id = $1', [
      wild.id,
    ])
    const whenDue = await rowsRead()
    expect((await client.query(`select * from webhook_claim(128, 8, 30, '{}', '{}')`)).rows).toHaveLength(43)
    expect((await rowsRead()) - whenDue).toBeLessThan(1_000)
  } finally {
    await client.query('rollback')
    client.release()
  }
})

test('one workspace alone uses a third of all room for its own addresses, and gives way as soon as another one comes', async () => {
  const [first, second] = [await createTestWorkspace(), await createTestWorkspace()]
  const emitTo = async (workspace: { id: string }) => {
    for (let host = 0; host < 60; host += 1)
      await emit(workspace, { webhookUrl: `https://busy-${host}.example/` })
    await fanOut(workspace)
  }
  const countOf = (claimed: readonly { workspaceId: string }[], { id }: { id: string }) =>
    claimed.filter(({ workspaceId }) => workspaceId === id).length
  await emitTo(first)
  const alone = await claimTargets({ ...BOUNDS, limit: 120 })
  expect(alone).toHaveLength(40)
  await emitTo(second)
  // Within one claim, while all that the first one holds still hangs.
  const newcomer = await claimTargets({ ...BOUNDS, limit: 80 })
  expect([countOf(newcomer, first), countOf(newcomer, second)]).toEqual([0, 27])
  // Once what hung has ended, both have the same.
  const both = await claimTargets({ ...BOUNDS, limit: 120 }, [...alone, ...newcomer])
  expect([countOf(both, first), countOf(both, second)]).toEqual([30, 30])
})

test('of one endpoint a claim takes a batch in the order of its events, and no other claim any of it before it is given back', async () => {
  const workspace = await createTestWorkspace()
  await addEndpoint(workspace, receiver.urlOf('/batch'))
  for (let stateVersion = 1; stateVersion <= 11; stateVersion += 1)
    await emit(workspace, { data: { stateVersion } })
  await fanOut(workspace)
  const versions = (claimed: readonly { body: string }[]) =>
    claimed.map(({ body }) => JSON.parse(body).data.stateVersion)
  const claimed = await claimTargets(BOUNDS)
  expect(versions(claimed)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  await emit(workspace, { data: { stateVersion: 12 } })
  await fanOut(workspace)
  expect(await claimTargets(BOUNDS)).toEqual([])
  await recordTries(claimed.slice(0, 6).map(({ id }) => delivered(id)))
  expect(await claimTargets(BOUNDS)).toEqual([])
  expect(versions(await claimTargets(BOUNDS, claimed.slice(0, 1)))).toEqual([7, 8, 9, 10, 11, 12])
})

test('whose lease ran out gives back nothing of who holds the endpoint now', async () => {
  const workspace = await createTestWorkspace()
  await addEndpoint(workspace, receiver.urlOf('/fenced'))
  await emit(workspace)
  await fanOut(workspace)
  const late = await claimTargets({ ...BOUNDS, leaseSeconds: 1 })
  expect(late).toHaveLength(1)
  const [again] = await claimSome()
  expect(again?.id).toBe(late[0]?.id)
  expect(await claimTargets(BOUNDS, late)).toEqual([])
})

test('of two tries of one delivery the first that is recorded counts, and one that arrived counts always', async () => {
  const workspace = await createTestWorkspace()
  await addEndpoint(workspace, receiver.urlOf('/twice'))
  await emit(workspace)
  await fanOut(workspace)
  const [delivery] = await deliveriesOf(workspace)
  if (!delivery) throw new Error('nothing was fanned out')
  const { id } = delivery
  const failed = {
    ...delivered(id),
    outcome: 'retry' as const,
    status: 500,
    error: 'status_500',
    retrySeconds: 60,
  }
  await recordTries([failed])
  await recordTries([{ ...failed, outcome: 'failed', status: 501 }])
  expect(await deliveriesOf(workspace)).toMatchObject([{ status: 'pending', attempts: 1, lastStatus: 500 }])
  await recordTries([delivered(id)])
  expect(await deliveriesOf(workspace)).toMatchObject([{ status: 'delivered', attempts: 2, lastStatus: 200 }])
})

test('with tens of thousands that wait a record looks up its own, also by the statistics of an empty queue', async () => {
  const workspace = await createTestWorkspace()
  const { id: endpoint } = await addEndpoint(workspace, receiver.urlOf('/records'))
  await pool().query('analyze webhook_deliveries')
  await pool().query(
    `with event as (
       insert into webhook_events (workspace_id, type, body, fanned_out_at) select $1, 'payout.signed', '{}', now() from generate_series(1, 20000)
       returning id, sequence)
     insert into webhook_deliveries (event_id, workspace_id, endpoint_id, url, target, sequence)
       select id, $1, $2::uuid, 'https://records.example/', $2::text, sequence from event`,
    [workspace.id, endpoint],
  )
  const { rows } = await pool().query<{ id: string }>(
    'select id from webhook_deliveries where workspace_id = $1 limit 50',
    [workspace.id],
  )
  const client = await pool().connect()
  try {
    await client.query('begin')
    await client.query('select webhook_record($1)', [JSON.stringify(rows.map(({ id }) => delivered(id)))])
    expect(await rowsReadBy(client)).toBeLessThan(1_000)
  } finally {
    await client.query('rollback')
    client.release()
  }
})

test('a killed worker’s deliveries are claimed again once their leases have run out', async () => {
  const workspace = await createTestWorkspace()
  await emit(workspace, { webhookUrl: receiver.urlOf('/again') })
  await fanOut(workspace)
  const [claimed] = await claimTargets({ ...BOUNDS, leaseSeconds: 1 })
  expect(claimed?.workspaceId).toBe(workspace.id)
  const [again] = await claimSome()
  expect(again?.id).toBe(claimed?.id)
  expect(again?.lease).not.toBe(claimed?.lease)
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
