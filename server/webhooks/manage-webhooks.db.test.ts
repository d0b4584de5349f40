import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  MAX_WEBHOOK_ENDPOINTS,
  type WebhookDeliveryDetailsView,
  type WebhookDeliveryView,
  type WebhookEndpointView,
} from '@/domain/webhook'
import { pool } from '@/server/core/db'
import { createTestWorkspace } from '@/test/harness/factories'
import { addMember, newPerson, newWorkspace, type TestPerson, trpc } from '@/test/harness/people'
import { until } from '@/test/harness/until'
import { startWebhookReceiver, type WebhookReceiver } from '@/test/harness/webhook-receiver'
import { deliveriesOf, emit, startSender } from '@/test/harness/webhooks'
import { forgetOldEvents, listDeliveriesOfPayout } from '.'

let receiver: WebhookReceiver
let owner: TestPerson
let outsider: TestPerson
let outsideId: string
beforeAll(async () => {
  receiver = await startWebhookReceiver()
  ;[owner, outsider] = [await newPerson(), await newPerson()]
  outsideId = (await newWorkspace(outsider)).id
})
afterAll(() => receiver.stop())

const QUERIES = new Set(['list', 'deliveries', 'delivery', 'defaultSecret.get'])
const ask = (act: string, input: Record<string, unknown>, { cookie } = owner) =>
  trpc(QUERIES.has(act) ? 'query' : 'mutation', `webhooks.${act}`, { cookie, input })

/** What a procedure answers; it must not refuse. */
async function answer<T>(act: string, input: Record<string, unknown>, person = owner): Promise<T> {
  const { data, message } = await ask(act, input, person)
  expect([act, message]).toEqual([act, null])
  return data as T
}

async function newHome(): Promise<string> {
  const { id } = await createTestWorkspace()
  await addMember(id, owner, 'OWNER')
  return id
}

async function make(workspaceId: string, path: string, over: object = {}) {
  const input = { workspaceId, url: receiver.urlOf(path), description: null, eventTypes: [], ...over }
  return answer<{ endpoint: WebhookEndpointView; secret: string }>('create', input)
}

const list = (workspaceId: string) => answer<WebhookEndpointView[]>('list', { workspaceId })
type Page = { deliveries: WebhookDeliveryView[]; nextCursor: string | null }
const deliveries = (input: Record<string, unknown>) => answer<Page>('deliveries', input)

test('an endpoint is added, changed, switched, rotated, tested and removed, and each act is in the audit log', async () => {
  const workspaceId = await newHome()
  const { endpoint, secret } = await make(workspaceId, '/managed', { description: 'Ledger' })
  const { id } = endpoint
  expect(Buffer.from(secret.replace(/^whsec_/, ''), 'base64')).toHaveLength(32)
  const changed = { url: receiver.urlOf('/moved'), description: null, eventTypes: ['payout.failed'] }
  await answer('update', { workspaceId, id, ...changed })
  await answer('setEnabled', { workspaceId, id, isEnabled: false })
  const rotated = await answer<{ secret: string }>('rotateSecret', { workspaceId, id })
  expect(rotated.secret).not.toBe(secret)
  expect(await list(workspaceId)).toMatchObject([
    { id, ...changed, isEnabled: false, disabledReason: null, previousSecretEndsAt: expect.any(String) },
  ])
  await answer('sendTest', { workspaceId, id })
  await answer('remove', { workspaceId, id })
  expect(await list(workspaceId)).toEqual([])
  const { rows } = await pool().query(
    `select action from audit_log where workspace_id = $1 and action like 'webhook.%' order by id`,
    [workspaceId],
  )
  expect(rows.map(({ action }) => action)).toEqual([
    'webhook.endpoint_created',
    'webhook.endpoint_updated',
    'webhook.endpoint_updated',
    'webhook.secret_rotated',
    'webhook.test_sent',
    'webhook.endpoint_removed',
  ])
})

test('the list says how the last message to an endpoint stands: tried how often, and why it failed', async () => {
  const workspaceId = await newHome()
  receiver.behave('/says-500', 500)
  const { endpoint } = await make(workspaceId, '/says-500')
  expect(endpoint.lastDelivery).toBeNull()
  await emit({ id: workspaceId })
  startSender()
  const last = async () => (await list(workspaceId))[0]?.lastDelivery
  const tried = await until('it was tried', async () => {
    const delivery = await last()
    return delivery?.attempts ? delivery : null
  })
  expect(tried).toMatchObject({ status: 'pending', attempts: 1, lastStatus: 500, lastError: 'status_500' })
})

test('secrets are sealed at rest and in no answer but the one of their making', async () => {
  const workspaceId = await newHome()
  const { secret } = await make(workspaceId, '/sealed')
  const own = await answer<{ secret: string }>('defaultSecret.rotate', { workspaceId })
  const { rows } = await pool().query(
    `select (select jsonb_agg(p) from webhook_endpoints p)::text || (select jsonb_agg(s) from workspace_webhook_secrets s)::text
         || (select jsonb_agg(a.details) from audit_log a)::text as all`,
  )
  const answers = JSON.stringify([
    await list(workspaceId),
    await answer('defaultSecret.get', { workspaceId }),
    rows[0]?.all,
  ])
  for (const one of [secret, own.secret]) {
    expect(answers).not.toContain(one)
    expect(answers).not.toContain(one.replace('whsec_', ''))
  }
})

test.each([
  ['http://10.0.0.1/', 'target_refused'],
  ['https://169.254.169.254/latest/meta-data/', 'target_refused'],
  ['https://[fd00::1]/', 'target_refused'],
  ['https://[::ffff:10.0.0.1]/', 'target_refused'],
  ['https://8.8.8.8:25/', 'target_refused'],
  ['https://user:password@example.com/', 'invalid_request'],
  ['https://user@example.com/', 'invalid_request'],
  ['ftp://example.com/', 'invalid_request'],
  ['javascript:alert(1)', 'invalid_request'],
  ['file:///etc/passwd', 'invalid_request'],
  ['not a url', 'invalid_request'],
  ['', 'invalid_request'],
  [`https://example.com/${'a'.repeat(2_000)}`, 'invalid_request'],
])('%s is refused when it is saved, and nothing is stored', async (url, code) => {
  const workspaceId = await newHome()
  const { endpoint } = await make(workspaceId, '/kept')
  const input = { workspaceId, url, description: null, eventTypes: [] }
  expect((await ask('create', input)).error).toMatchObject({ code, httpStatus: 400 })
  expect((await ask('update', { ...input, id: endpoint.id })).error).toMatchObject({ code })
  expect(await list(workspaceId)).toMatchObject([{ url: receiver.urlOf('/kept') }])
})

test('a workspace has at most twenty endpoints, however many are added at once', async () => {
  const workspaceId = await newHome()
  const input = { workspaceId, url: receiver.urlOf('/many'), description: null, eventTypes: [] }
  const answers = await Promise.all(Array.from({ length: 24 }, () => ask('create', input)))
  expect(answers.filter(({ error }) => error === null)).toHaveLength(MAX_WEBHOOK_ENDPOINTS)
  const [refused] = answers.filter(({ error }) => error !== null)
  expect(refused?.error).toMatchObject({ code: 'INVALID_STATE', httpStatus: 409 })
})

test('what belongs to another workspace is the same 404 as what never existed', async () => {
  const workspaceId = await newHome()
  const { endpoint } = await make(workspaceId, '/private')
  const { deliveryId } = await answer<{ deliveryId: string }>('sendTest', { workspaceId, id: endpoint.id })
  const change = { url: receiver.urlOf('/stolen'), description: null, eventTypes: [] }
  for (const [act, id, more] of [
    ['update', endpoint.id, change],
    ['setEnabled', endpoint.id, { isEnabled: false }],
    ['remove', endpoint.id, {}],
    ['rotateSecret', endpoint.id, {}],
    ['sendTest', endpoint.id, {}],
    ['replayMissed', endpoint.id, { since: '2026-01-01T00:00:00Z' }],
    ['delivery', deliveryId, {}],
    ['replay', deliveryId, {}],
  ] as const) {
    const { error } = await ask(act, { workspaceId: outsideId, id, ...more }, outsider)
    expect([act, error?.code]).toEqual([act, 'not_found'])
  }
  const { error } = await ask('deliveries', { workspaceId: outsideId, cursor: deliveryId }, outsider)
  expect(error?.code).toBe('invalid_cursor')
  const page = await answer('deliveries', { workspaceId: outsideId, endpointId: endpoint.id }, outsider)
  expect(page).toEqual({ deliveries: [], nextCursor: null })
  expect(await list(workspaceId)).toMatchObject([{ url: receiver.urlOf('/private'), isEnabled: true }])
})

test('viewers and approvers read, and change nothing', async () => {
  const workspaceId = await newHome()
  const { endpoint } = await make(workspaceId, '/read')
  for (const role of ['VIEWER', 'APPROVER'] as const) {
    const person = await newPerson()
    await addMember(workspaceId, person, role)
    expect(await answer('list', { workspaceId }, person)).toHaveLength(1)
    for (const act of ['remove', 'rotateSecret', 'sendTest']) {
      const { error } = await ask(act, { workspaceId, id: endpoint.id }, person)
      expect(error).toMatchObject({ code: 'not_authorized', httpStatus: 403 })
    }
    expect((await ask('defaultSecret.rotate', { workspaceId }, person)).error?.code).toBe('not_authorized')
  }
})

async function endOf(workspaceId: string, deliveryId: string): Promise<WebhookDeliveryDetailsView> {
  return until('the delivery has ended', async () => {
    const details = await answer<WebhookDeliveryDetailsView>('delivery', { workspaceId, id: deliveryId })
    return details.status !== 'pending' && details
  })
}

test('a test event goes to its endpoint alone, off or on and whatever its filter, and is tried once', async () => {
  const workspaceId = await newHome()
  receiver.behave('/tested', 200, [500])
  const { endpoint, secret } = await make(workspaceId, '/tested', { eventTypes: ['balance.low'] })
  await make(workspaceId, '/not-tested')
  startSender()
  const send = async () => {
    const { deliveryId } = await answer<{ deliveryId: string }>('sendTest', { workspaceId, id: endpoint.id })
    return endOf(workspaceId, deliveryId)
  }
  expect(await send()).toMatchObject({
    type: 'webhook.test',
    status: 'failed',
    attempts: 1,
    nextAttemptAt: null,
    tries: [{ responseStatus: 500, responseBody: 'status 500', error: 'status_500' }],
  })
  expect(await list(workspaceId)).toMatchObject([{ failingSince: null }, { failingSince: null }])
  await answer('setEnabled', { workspaceId, id: endpoint.id, isEnabled: false })
  const sent = await send()
  expect(sent).toMatchObject({ status: 'delivered', tries: [{ responseStatus: 200, error: null }] })
  const message = receiver.to('/tested').at(-1)
  expect(message?.body).toBe(sent.body)
  expect(sent.tries[0]?.requestHeaders).toMatchObject({ 'webhook-id': message?.headers['webhook-id'] })
  expect(new Webhook(secret).verify(sent.body, message?.headers ?? {})).toMatchObject({
    type: 'webhook.test',
  })
  expect(receiver.to('/not-tested')).toEqual([])
})

test('a delivery that has ended is sent again with its id and body; two people at once send it once', async () => {
  const workspaceId = await newHome()
  const { endpoint } = await make(workspaceId, '/replayed')
  await emit({ id: workspaceId }, { data: { stateVersion: 1 } })
  const first = startSender()
  await until('it arrives', () => receiver.to('/replayed').length === 1)
  const [delivery] = await until('it is recorded', async () => {
    const page = await deliveries({ workspaceId, status: 'delivered' })
    return page.deliveries.length === 1 && page.deliveries
  })
  await first.stop()
  const id = delivery?.id
  const answers = await Promise.all([1, 2, 3].map(() => ask('replay', { workspaceId, id })))
  expect(answers.filter(({ error }) => error === null)).toHaveLength(1)
  expect(answers.find(({ error }) => error !== null)?.error?.code).toBe('INVALID_STATE')
  startSender()
  await until('it arrives again', () => receiver.to('/replayed').length === 2)
  const [one, two] = receiver.to('/replayed')
  expect(two?.headers['webhook-id']).toBe(one?.headers['webhook-id'])
  expect(two?.body).toBe(one?.body)
  expect((await deliveries({ workspaceId, endpointId: endpoint.id })).deliveries).toMatchObject([
    { replayedBy: owner.account.address.toLowerCase() },
    { replayedBy: null },
  ])
  await answer('setEnabled', { workspaceId, id: endpoint.id, isEnabled: false })
  expect((await ask('replay', { workspaceId, id })).error?.code).toBe('INVALID_STATE')
})

test('turned on again, an endpoint is sent what it missed: what failed and what was never made, once and in order', async () => {
  const workspaceId = await newHome()
  receiver.behave('/missed', 200, [410])
  const { endpoint } = await make(workspaceId, '/missed', { eventTypes: ['payout.signed', 'payout.failed'] })
  const { id } = endpoint
  const tell = (stateVersion: number, type = 'payout.signed') =>
    emit({ id: workspaceId }, { type, data: { stateVersion } })
  await tell(1)
  startSender()
  await until('it is off', async () => (await list(workspaceId))[0]?.disabledReason === 'gone')
  await tell(2)
  await tell(3, 'payout.confirmed')
  await tell(4, 'payout.failed')
  const isFannedOut = async () => {
    const { rowCount } = await pool().query('select 1 from webhook_events where fanned_out_at is null')
    return rowCount === 0
  }
  await until('all are fanned out', isFannedOut)
  const since = '2026-01-01T00:00:00Z'
  expect((await ask('replayMissed', { workspaceId, id, since })).error?.code).toBe('INVALID_STATE')
  await answer('setEnabled', { workspaceId, id, isEnabled: true })
  const alarms = await trpc('query', 'wallet.alarms', { cookie: owner.cookie, input: { workspaceId } })
  expect(alarms.data).toMatchObject([{ kind: 'webhook_disabled', resolvedAt: expect.any(String) }])
  expect(await answer('replayMissed', { workspaceId, id, since })).toEqual({ count: 3, hasMore: false })
  expect(await answer('replayMissed', { workspaceId, id, since })).toEqual({ count: 0, hasMore: false })
  await until('they arrive', () => receiver.to('/missed').length === 4)
  const versions = receiver.to('/missed').map(({ body }) => JSON.parse(body).data.stateVersion)
  expect(versions.slice(1).sort()).toEqual([1, 2, 4])
})

test('deliveries come page by page, by endpoint, status and payouts’ own addresses', async () => {
  const workspaceId = await newHome()
  const { endpoint } = await make(workspaceId, '/pages')
  const payoutRowId = '7f9c24e8-3b12-4fef-91d0-56a2d5a3e6f1'
  for (let count = 0; count < 5; count += 1) await emit({ id: workspaceId })
  await emit({ id: workspaceId }, { webhookUrl: receiver.urlOf('/own-page'), payoutRowId })
  const sender = startSender()
  const isDone = async () =>
    (await deliveriesOf({ id: workspaceId })).filter((d) => d.status === 'delivered').length === 7
  await until('all are delivered', isDone)
  await sender.stop()
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const page: Page = await deliveries({ workspaceId, limit: 3, cursor, direction: 'forward' })
    seen.push(...page.deliveries.map(({ id }) => id))
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  expect(new Set(seen).size).toBe(7)
  expect(seen).toHaveLength(7)
  expect((await deliveries({ workspaceId, endpointId: endpoint.id })).deliveries).toHaveLength(6)
  expect((await deliveries({ workspaceId, endpointId: 'payouts' })).deliveries).toMatchObject([
    { endpointId: null, url: receiver.urlOf('/own-page') },
  ])
  expect((await deliveries({ workspaceId, status: 'failed' })).deliveries).toEqual([])
  expect(await listDeliveriesOfPayout({ workspaceId, payoutRowId })).toHaveLength(2)
  expect(await listDeliveriesOfPayout({ workspaceId: outsideId, payoutRowId })).toEqual([])
})

test('events older than 30 days are forgotten with their deliveries and tries, unless something is under way', async () => {
  const workspaceId = await newHome()
  await make(workspaceId, '/forgotten')
  await emit({ id: workspaceId })
  const sender = startSender()
  const isDelivered = async () => (await deliveriesOf({ id: workspaceId }))[0]?.status === 'delivered'
  await until('it is delivered', isDelivered)
  await sender.stop()
  await emit({ id: workspaceId })
  await emit({ id: workspaceId })
  const age = (days: number, sequence: 'min' | 'max') =>
    pool().query(
      `update webhook_events set created_at = now() - make_interval(days => $2)
        where sequence = (select ${sequence}(sequence) from webhook_events where workspace_id = $1)`,
      [workspaceId, days],
    )
  await age(31, 'min')
  await age(31, 'max')
  expect(await forgetOldEvents()).toBe(1)
  const { rows } = await pool().query(
    `select (select count(*)::int from webhook_events where workspace_id = $1) as events,
            (select count(*)::int from webhook_deliveries where workspace_id = $1) as deliveries`,
    [workspaceId],
  )
  expect(rows).toEqual([{ events: 2, deliveries: 0 }])
})

test('a secret sealed under another SESSION_SECRET sends nothing unsigned: the delivery waits', async () => {
  const workspaceId = await newHome()
  await make(workspaceId, '/unsealed')
  await pool().query(`update webhook_endpoints set sealed_secret = 'x.y.z' where workspace_id = $1`, [
    workspaceId,
  ])
  await emit({ id: workspaceId })
  startSender()
  const waits = async () => (await deliveriesOf({ id: workspaceId }))[0]?.attempts === 1
  await until('it was looked at', waits)
  expect(await deliveriesOf({ id: workspaceId })).toMatchObject([
    { status: 'pending', lastError: 'secret_unreadable' },
  ])
  expect(receiver.to('/unsealed')).toEqual([])
})
