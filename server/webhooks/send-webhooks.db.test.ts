import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { createOutbound } from '@/server/outbound/create-outbound'
import { createTestWorkspace } from '@/test/harness/factories'
import { until } from '@/test/harness/until'
import { type Behaviour, startWebhookReceiver, type WebhookReceiver } from '@/test/harness/webhook-receiver'
import { addEndpoint, deliveriesOf, emit, makeDue, startSender } from '@/test/harness/webhooks'

let receiver: WebhookReceiver
beforeAll(async () => {
  receiver = await startWebhookReceiver()
})
afterAll(() => receiver.stop())

const ended = (workspace: { id: string }) => async () => {
  const deliveries = await deliveriesOf(workspace)
  return deliveries.length > 0 && deliveries.every(({ status }) => status !== 'pending') && deliveries
}
const tried = (workspace: { id: string }, attempts: number) => async () => {
  const deliveries = await deliveriesOf(workspace)
  return deliveries.length > 0 && deliveries.every((delivery) => delivery.attempts >= attempts) && deliveries
}

test('the receiver verifies the raw body with the published library', async () => {
  const workspace = await createTestWorkspace()
  const { secret } = await addEndpoint(workspace, receiver.urlOf('/verified'))
  const hostile = '<script>alert(1)</script> \u2028 "quoted" 😀'
  await emit(workspace, { data: { stateVersion: 3, payout: { description: hostile } } })
  startSender()
  await until('it is delivered', ended(workspace))
  const [message] = receiver.to('/verified')
  if (!message) throw new Error('nothing arrived')
  expect(message.headers).toMatchObject({
    'content-type': 'application/json',
    'webhook-id': expect.stringMatching(/^msg_[0-9a-f-]{36}$/),
    'webhook-timestamp': expect.stringMatching(/^\d{10}$/),
  })
  expect(new Webhook(secret).verify(message.body, message.headers)).toEqual({
    type: 'payout.confirmed',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    data: { stateVersion: 3, payout: { description: hostile } },
  })
  const other = new Webhook(`whsec_${Buffer.alloc(32).toString('base64')}`)
  expect(() => other.verify(message.body, message.headers)).toThrow('No matching signature')
  const { rows } = await pool().query('select body from webhook_events where workspace_id = $1', [
    workspace.id,
  ])
  expect(rows).toEqual([{ body: message.body }])
})

test.each<[Behaviour, string, number | null]>([
  [500, 'status_500', 500],
  [404, 'status_404', 404],
  ['redirect', 'status_307', 307],
  ['cut', 'unreachable', null],
  ['nul', 'status_500', 500],
])(
  'a receiver that answers %s is asked again, with the same id and a signature of its time',
  async (behaviour, error, status) => {
    const workspace = await createTestWorkspace()
    const path = `/again-${behaviour}-${status}`
    receiver.behave(path, 204, [behaviour, behaviour])
    const { secret } = await addEndpoint(workspace, receiver.urlOf(path))
    await emit(workspace)
    startSender()
    const [failed] = await until('it has failed once', tried(workspace, 1))
    expect(failed).toMatchObject({ status: 'pending', lastError: error, lastStatus: status })
    expect(failed?.waitSeconds).toBeGreaterThanOrEqual(4.49)
    expect(failed?.waitSeconds).toBeLessThanOrEqual(5.51)
    await makeDue(workspace)
    const [twice] = await until('it has failed twice', tried(workspace, 2))
    expect(twice?.waitSeconds).toBeGreaterThanOrEqual(269.9)
    await makeDue(workspace)
    const [delivered] = await until('it is delivered', ended(workspace))
    expect(delivered).toMatchObject({ status: 'delivered', attempts: 3, lastStatus: 204, lastError: null })
    const messages = receiver.to(path)
    expect(messages).toHaveLength(3)
    expect(new Set(messages.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(new Set(messages.map(({ body }) => body)).size).toBe(1)
    for (const { body, headers } of messages) new Webhook(secret).verify(body, headers)
    expect(receiver.to('/elsewhere')).toEqual([])
  },
)

test('the tenth failed try is the last, and every try is kept with what was sent and answered', async () => {
  const workspace = await createTestWorkspace()
  receiver.behave('/always-500', 500)
  await addEndpoint(workspace, receiver.urlOf('/always-500'))
  await emit(workspace)
  startSender()
  for (let attempt = 1; attempt <= 9; attempt += 1) {
    await until(`it has failed ${attempt} times`, tried(workspace, attempt))
    await makeDue(workspace)
  }
  const [given] = await until('it is given up', ended(workspace))
  expect(given).toMatchObject({ status: 'failed', attempts: 10, lastError: 'status_500' })
  const { rows } = await pool().query(
    `select a.request_headers->>'webhook-id' as id, response_status as status, response_body as body, error from webhook_attempts a
      join webhook_deliveries d on d.id = a.delivery_id where d.workspace_id = $1`,
    [workspace.id],
  )
  expect(rows).toEqual(
    Array(10).fill({ id: `msg_${given?.eventId}`, status: 500, body: 'status 500', error: 'status_500' }),
  )
})

test('of a huge answer 2 KiB are kept, and it counts by its status', async () => {
  const workspace = await createTestWorkspace()
  receiver.behave('/huge', 'huge')
  await addEndpoint(workspace, receiver.urlOf('/huge'))
  await emit(workspace)
  startSender()
  const [delivery] = await until('it is delivered', ended(workspace))
  expect(delivery).toMatchObject({ status: 'delivered', lastStatus: 200 })
  const { rows } = await pool().query(
    'select length(response_body) as length from webhook_attempts where delivery_id = $1',
    [delivery?.id],
  )
  expect(rows).toEqual([{ length: 2_048 }])
})

test('410 turns the endpoint off at once: what waits for it is ended, nothing more comes, and a notice is open', async () => {
  const workspace = await createTestWorkspace()
  receiver.behave('/gone', 410)
  const { id } = await addEndpoint(workspace, receiver.urlOf('/gone'))
  for (let count = 0; count < 5; count += 1) await emit(workspace)
  startSender()
  const deliveries = await until('all have ended', ended(workspace))
  expect(deliveries.map(({ status }) => status)).toEqual(Array(5).fill('failed'))
  expect(deliveries.map(({ lastError }) => lastError)).toContain('endpoint_disabled')
  expect(receiver.to('/gone').length).toBeLessThanOrEqual(2)
  const { rows } = await pool().query(
    `select is_enabled, disabled_reason, a.kind, a.workspace_id, a.message from webhook_endpoints p
       join alarms a on a.subject = p.id::text and a.resolved_at is null where p.id = $1`,
    [id],
  )
  expect(rows).toMatchObject([
    { is_enabled: false, disabled_reason: 'gone', kind: 'webhook_disabled', workspace_id: workspace.id },
  ])
  await emit(workspace)
  const isFannedOut = async () => {
    const { rowCount } = await pool().query(
      'select 1 from webhook_events where workspace_id = $1 and fanned_out_at is null',
      [workspace.id],
    )
    return rowCount === 0
  }
  await until('the next event is fanned out', isFannedOut)
  expect(await deliveriesOf(workspace)).toHaveLength(5)
})

test('an endpoint that has failed everything for three days is turned off; one success in between resets the count', async () => {
  const workspace = await createTestWorkspace()
  receiver.behave('/failing', 500, [500, 200])
  const { id } = await addEndpoint(workspace, receiver.urlOf('/failing'))
  const read = async () => {
    const { rows } = await pool().query(
      `select is_enabled as "isEnabled", disabled_reason as reason, failing_since is not null as "isFailing" from webhook_endpoints where id = $1`,
      [id],
    )
    return rows[0]
  }
  const passTime = (interval: string) =>
    pool().query('update webhook_endpoints set failing_since = now() - $2::interval where id = $1', [
      id,
      interval,
    ])
  startSender()
  await emit(workspace)
  await until('it has failed once', tried(workspace, 1))
  expect(await read()).toEqual({ isEnabled: true, reason: null, isFailing: true })
  await passTime('4 days')
  await makeDue(workspace)
  await until('it is delivered', ended(workspace))
  expect(await read()).toEqual({ isEnabled: true, reason: null, isFailing: false })
  await emit(workspace)
  await until('another has failed', async () => (await read())?.isFailing)
  await passTime('2 days 23 hours')
  await makeDue(workspace)
  await until('it has failed twice', async () => (await deliveriesOf(workspace))[1]?.attempts === 2)
  expect(await read()).toMatchObject({ isEnabled: true })
  await passTime('3 days 1 second')
  await makeDue(workspace)
  await until('it is off', async () => (await read())?.isEnabled === false)
  expect(await read()).toMatchObject({ reason: 'failing' })
})

const answers = (...all: string[]) => {
  const waiting = [...all]
  return async () => {
    const address = (waiting.length > 1 ? waiting.shift() : waiting[0]) ?? '127.0.0.1'
    return [{ address, family: address.includes(':') ? 6 : 4 }]
  }
}

test.each([
  ['loopback', '127.0.0.1'],
  ['a private network', '10.0.0.8'],
  ['the metadata service', '169.254.169.254'],
  ['a unique local address', 'fd00::1'],
  ['IPv4 inside IPv6', '::ffff:127.0.0.1'],
])(
  'a name that was public when it was saved and is %s when it is called gets nothing',
  async (_, address) => {
    const workspace = await createTestWorkspace()
    const before = receiver.messages.length
    const { fetchOutbound, assertReachableTarget } = createOutbound({
      isLocalAllowed: false,
      resolveName: answers('8.8.8.8', address),
    })
    const { port } = new URL(receiver.urlOf('/'))
    const url = `https://rebinding.example:${port}/`
    await assertReachableTarget(url)
    await addEndpoint(workspace, receiver.urlOf('/saved'))
    await pool().query('update webhook_endpoints set url = $2 where workspace_id = $1', [workspace.id, url])
    await emit(workspace)
    startSender(fetchOutbound)
    const [delivery] = await until('it has failed', tried(workspace, 1))
    expect(delivery).toMatchObject({ status: 'pending', lastError: 'refused', lastStatus: null })
    expect(receiver.messages).toHaveLength(before)
  },
)

test.each(['https:10.0.0.1', 'not a url', 'javascript:alert(1)', ''])(
  'an event whose own address is %j stops nobody else’s, and is not sent',
  async (webhookUrl) => {
    const workspace = await createTestWorkspace()
    const path = `/beside-${webhookUrl.length}`
    await addEndpoint(workspace, receiver.urlOf(path))
    await emit(workspace, { webhookUrl })
    startSender(createOutbound({ isLocalAllowed: true, resolveName: answers('10.0.0.1') }).fetchOutbound)
    await until('the endpoint is told', () => receiver.to(path).length === 1)
    const deliveries = await until('both were tried', tried(workspace, 1))
    expect(deliveries.find(({ endpointId }) => endpointId === null)).toMatchObject({ lastError: 'refused' })
  },
)
