import { beforeAll, describe, expect, test } from 'vitest'
import {
  COUNTED_MOST,
  type PayoutCounts,
  type PayoutDetailView,
  type PayoutFilter,
  type PayoutRowView,
} from '@/domain/payout-console'
import { pool } from '@/server/core/db'
import { explainAnalyzed, insertBulkPayouts, rowsRead } from '@/test/harness/bulk-payouts'
import { createTestAgent, createTestMandate, type TestAgent } from '@/test/harness/factories'
import { createPayoutRow, movePayoutRow } from '@/test/harness/payout-rows'
import { addMember, newPerson, newWorkspace, rest, type TestPerson, trpc } from '@/test/harness/people'
import { countWorkspacePayouts } from '.'
import { COUNTS_TEXT, pageStatement } from './console-repository'

const RECIPIENT = `0x${'5e'.repeat(20)}`
const HASH = `0x${'7a'.repeat(32)}`
const HOSTILE = '=HYPERLINK("http://example.com";"pay")<script>alert(1)</script>'

let owner: TestPerson
let agent: TestAgent
let workspaceId: string

type Page = { payouts: PayoutRowView[]; nextCursor: string | null }

async function list(input: PayoutFilter & { cursor?: string; limit?: number } = {}): Promise<Page> {
  const { data, message } = await trpc('query', 'payouts.list', {
    cookie: owner.cookie,
    input: { workspaceId, ...input },
  })
  if (!data) throw new Error(message ?? 'no page')
  return data as Page
}

const namesOf = ({ payouts }: Page) => payouts.map(({ payoutId }) => payoutId)

async function get(id: string | null, by = owner, of = workspaceId) {
  return trpc('query', 'payouts.get', { cookie: by.cookie, input: { workspaceId: of, id } })
}

beforeAll(async () => {
  owner = await newPerson()
  workspaceId = (await newWorkspace(owner)).id
  agent = await createTestAgent({ workspaceId })
  const mandateId = await createTestMandate(agent)
  await createPayoutRow(agent, { payoutId: 'waiting', description: HOSTILE, bizId: 'order-17' })
  await createPayoutRow(agent, { payoutId: 'moving', mandateId })
  const paid = await createPayoutRow(agent, { payoutId: 'paid', mandateId, to: RECIPIENT })
  const unknown = await createPayoutRow(agent, { payoutId: 'unknown', mandateId })
  for (const { id } of [paid, unknown]) {
    await movePayoutRow(id, 'signing', { from: 'authorized' })
    await movePayoutRow(id, 'signed', {
      from: 'signing',
      changes: { nonce: `0x1${id}`, signature: '0x2', validBefore: 9 },
    })
    await movePayoutRow(id, 'broadcasting', {
      from: 'signed',
      changes: id === paid.id ? { txHash: HASH } : {},
    })
    await movePayoutRow(id, 'succeeded', { from: 'broadcasting' })
  }
  await movePayoutRow(paid.id, 'confirmed', {
    from: 'succeeded',
    changes: { blockNumber: 12, confirmations: 3 },
  })
  await movePayoutRow(unknown.id, 'failed', { from: 'succeeded', reason: 'tx_confirmation_timeout' })
  const denied = await createPayoutRow(agent, { payoutId: 'denied' })
  const actor = owner.account.address.toLowerCase()
  await movePayoutRow(denied.id, 'failed', { from: 'pending_authorization', reason: 'user_denied', actor })
  await pool().query(
    `insert into address_book_entries (workspace_id, address, name, created_by) values ($1, $2, 'Supplier', $3)`,
    [workspaceId, RECIPIENT, actor],
  )
})

describe('the list of payouts', () => {
  test.each([
    ['waiting', ['waiting']],
    ['moving', ['moving']],
    ['paid', ['paid']],
    ['unknown', ['unknown']],
    ['failed', ['denied']],
  ] as const)('shows %s alone, and counts it', async (group, expected) => {
    expect(namesOf(await list({ group }))).toEqual(expected)
    const { data } = await trpc('query', 'payouts.counts', { cookie: owner.cookie, input: { workspaceId } })
    expect((data as PayoutCounts)[group]).toBe(1)
  })

  test.each<[string, string, string[]]>([
    ['an id', 'paid', ['paid']],
    ['the start of an id in any case', 'UNKN', ['unknown']],
    ['a business id', 'order-17', ['waiting']],
    ['the start of a business id', 'ord', ['waiting']],
    ['words of a description', 'alert(1)', ['waiting']],
    ['an address', RECIPIENT.toUpperCase().replace('0X', '0x'), ['paid']],
    ['the start of an address', '0x5e5e5e', ['paid']],
    ['a transaction hash', HASH, ['paid']],
    ['a per cent sign, which stands for itself', '%', []],
    ['what nothing has', 'nothing has this', []],
  ])('finds by %s', async (_, search, expected) => {
    expect(namesOf(await list({ search }))).toEqual(expected)
  })

  test('says a recipient’s name in the address book, and where somebody decides', async () => {
    const [paid] = (await list({ group: 'paid' })).payouts
    expect(paid).toMatchObject({
      toName: 'Supplier',
      agentName: 'Test agent',
      isFinal: true,
      approvalId: null,
    })
    const [waiting] = (await list({ group: 'waiting' })).payouts
    expect(waiting?.approvalId).toMatch(/^[0-9A-Za-z]{22}$/)
  })

  test('pages without a gap or a repeat, also where many have one moment', async () => {
    const many = await createTestAgent({ workspaceId })
    for (let index = 0; index < 7; index += 1) await createPayoutRow(many, { payoutId: `same-${index}` })
    await pool().query(`update payouts set created_at = '2026-01-01' where agent_id = $1`, [many.agentId])
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page: Page = await list({ agentId: many.agentId, limit: 2, ...(cursor ? { cursor } : {}) })
      seen.push(...namesOf(page))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    expect(seen.toSorted()).toEqual(Array.from({ length: 7 }, (_, index) => `same-${index}`))
    const day = { since: '2026-01-01T00:00:00Z', until: '2026-01-02T00:00:00Z' }
    expect(namesOf(await list(day))).toHaveLength(7)
    expect(namesOf(await list({ ...day, group: 'paid' }))).toEqual([])
  })

  test('a cursor of another workspace is an unknown one', async () => {
    const stranger = await newPerson()
    const other = (await newWorkspace(stranger)).id
    const [{ id }] = (await list()).payouts as [PayoutRowView]
    const { error } = await trpc('query', 'payouts.list', {
      cookie: stranger.cookie,
      input: { workspaceId: other, cursor: id },
    })
    expect(error?.code).toBe('invalid_cursor')
  })

  test.each([
    { group: 'all' },
    { search: 'a\nb' },
    { search: ' ' },
    { since: 'yesterday' },
    { agentId: '' },
    { more: 1 },
  ])('refuses %j', async (wrong) => {
    const { error } = await trpc('query', 'payouts.list', {
      cookie: owner.cookie,
      input: { workspaceId, ...wrong },
    })
    expect(error?.code).toBe('invalid_request')
  })

  test('comes as CSV in which no cell is a formula', async () => {
    const response = await rest('GET', `/api/v1/payouts.csv?workspaceId=${workspaceId}&group=waiting`, {
      cookie: owner.cookie,
    })
    const text = await response.text()
    expect(response.headers.get('content-type')).toContain('text/csv')
    expect(text.split('\n')[0]).toContain('payout_id,biz_id,created_at')
    expect(text).toContain(`"'=HYPERLINK`)
    expect(text.match(/waiting/g)).toHaveLength(1)
    const stranger = await newPerson()
    const foreign = await rest('GET', `/api/v1/payouts.csv?workspaceId=${workspaceId}`, {
      cookie: stranger.cookie,
    })
    expect(foreign.status).toBe(404)
  })
})

describe('one payout', () => {
  test('shows every status it had, by whom and why', async () => {
    const [row] = (await list({ group: 'failed' })).payouts
    const detail = (await get(row?.id ?? null)).data as PayoutDetailView
    expect(detail.transitions).toMatchObject([
      { from: null, to: 'pending_authorization', actor: agent.agentId, actorName: 'Test agent' },
      { from: 'pending_authorization', to: 'failed', reason: 'user_denied', actor: owner.account.address },
    ])
    expect(detail.approval).toMatchObject({ status: 'denied', isByMandate: false, votes: [] })
    expect(detail).toMatchObject({ authorization: null, transactions: [], evidence: [] })
  })

  test('shows the authorization once it is signed, and that it was paid', async () => {
    const [row] = (await list({ group: 'paid' })).payouts
    expect((await get(row?.id ?? null)).data).toMatchObject({
      authorization: { nonce: `0x1${row?.id}`, validBefore: 9, signature: '0x2' },
      approval: { isByMandate: true, status: 'approved' },
      txHash: HASH,
      blockNumber: '12',
      confirmations: 3,
    })
  })

  test('is the 404 of one that never existed for another workspace', async () => {
    const [row] = (await list({ group: 'paid' })).payouts
    const stranger = await newPerson()
    const other = (await newWorkspace(stranger)).id
    const foreign = await get(row?.id ?? null, stranger, other)
    const absent = await get('7f9c24e8-3b12-4fef-91d0-56a2d5a3e6f1', stranger, other)
    expect(foreign.error).toMatchObject({ code: 'not_found', httpStatus: 404 })
    expect(foreign.message).toBe(absent.message)
  })
})

describe('a person’s cancel', () => {
  const cancel = (payoutId: string, by = owner) =>
    trpc('mutation', 'payouts.cancel', { cookie: by.cookie, input: { workspaceId, payoutId } })

  test('ends what is not signed, gives the budget back, is on record once, and a repeat changes nothing', async () => {
    const mandateId = await createTestMandate(agent)
    const { payoutId, id } = await createPayoutRow(agent, { mandateId })
    const answers = await Promise.all(Array.from({ length: 5 }, () => cancel(payoutId)))
    expect(answers.map(({ error }) => error)).toEqual(Array(5).fill(null))
    expect((await get(id)).data).toMatchObject({ status: 'failed', failureReason: 'cancelled' })
    const { rows } = await pool().query(
      `select (select pending_spent_amount from mandates where id = $1) as held,
              (select count(*)::int from audit_log where action = 'payout.cancelled' and target = $2) as acts`,
      [mandateId, payoutId],
    )
    expect(rows).toEqual([{ held: 0n, acts: 1 }])
  })

  test('is too late once it is being signed', async () => {
    const mandateId = await createTestMandate(agent)
    const { payoutId, id } = await createPayoutRow(agent, { mandateId })
    await movePayoutRow(id, 'signing', { from: 'authorized' })
    expect((await cancel(payoutId)).error).toMatchObject({
      code: 'INVALID_STATE',
      details: { state: 'signing' },
    })
  })

  test('is not for a viewer, nor for another workspace’s payout', async () => {
    const viewer = await newPerson()
    await addMember(workspaceId, viewer, 'VIEWER')
    expect((await cancel('waiting', viewer)).error?.code).toBe('not_authorized')
    expect((await cancel('no-such-payout')).error?.code).toBe('not_found')
    expect(namesOf(await list({ group: 'waiting', search: 'waiting' }))).toEqual(['waiting'])
  })
})

test('more that are timed out than are counted do not count among the failed', async () => {
  const of = { workspaceId: (await newWorkspace(await newPerson())).id }
  const { agentId } = await createTestAgent(of)
  const bulk = { ...of, agentId, newest: COUNTED_MOST + 203, failsEach: 1 }
  await insertBulkPayouts({
    ...bulk,
    ...{ from: 1, to: COUNTED_MOST + 200, failsFor: 'tx_confirmation_timeout:late' },
  })
  await insertBulkPayouts({ ...bulk, from: COUNTED_MOST + 201, to: COUNTED_MOST + 203 })
  expect(await countWorkspacePayouts(of)).toEqual({
    waiting: 0,
    moving: 0,
    paid: 0,
    unknown: COUNTED_MOST,
    failed: 3,
  })
})

const ROWS = 200_000

describe('with 200,000 payouts', () => {
  beforeAll(async () => {
    await insertBulkPayouts({
      workspaceId,
      agentId: agent.agentId,
      ...{ from: 1, to: ROWS, newest: ROWS, failsEach: 50 },
    })
    await pool().query('vacuum analyze payouts')
  }, 300_000)

  const at = { createdAt: new Date('2026-08-01'), id: '7f9c24e8-3b12-4fef-91d0-56a2d5a3e6f1' }
  test.each<[string, PayoutFilter, typeof at | null]>([
    ['all', {}, null],
    ['all, deep in the list', {}, at],
    ['waiting', { group: 'waiting' }, null],
    ['moving', { group: 'moving' }, null],
    ['paid, deep in the list', { group: 'paid' }, at],
    ['unknown', { group: 'unknown' }, null],
    ['failed', { group: 'failed' }, null],
    ['a recipient', { search: `0x${'0'.repeat(37)}1f0` }, null],
    ['a hash', { search: `0x${'0'.repeat(59)}30d40` }, null],
    ['an id', { search: 'bulk-199999' }, null],
    ['words', { search: 'text 77' }, null],
    ['a month', { since: '2026-08-01T00:00:00Z', until: '2026-09-01T00:00:00Z', group: 'failed' }, null],
  ])('a page of %s reads no table from end to end and few rows', async (_, filter, before) => {
    const nodes = await explainAnalyzed(pageStatement({ workspaceId, filter, before, limit: 51 }))
    expect(
      nodes.filter((node) => node['Node Type'] === 'Seq Scan' && node['Relation Name'] === 'payouts'),
    ).toEqual([])
    expect(Math.max(0, ...rowsRead(nodes, 'payouts'))).toBeLessThan(20_000)
  })

  test('the counts of what is many are read from indexes alone, and no further than they go', async () => {
    const nodes = await explainAnalyzed({ text: COUNTS_TEXT, values: [workspaceId, COUNTED_MOST] })
    const reads = nodes.filter((node) => node['Relation Name'] === 'payouts')
    expect(reads.map((node) => node['Node Type'])).not.toContain('Seq Scan')
    // What is paid and what failed; the others are few, and read in whatever way is cheapest.
    const many = reads.filter((node) => Number(node['Actual Rows']) >= COUNTED_MOST)
    expect(many.map((node) => node['Node Type'])).toEqual(['Index Only Scan', 'Index Only Scan'])
    expect(Math.max(...rowsRead(nodes, 'payouts'))).toBeLessThan(2 * COUNTED_MOST)
  })
})
