import { beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { payoutView } from '@/domain/payout'
import { PAYOUT_STATUSES } from '@/domain/payout-status'
import {
  createTestAgent,
  createTestMandate,
  createTestWorkspace,
  type TestAgent,
} from '@/test/harness/factories'
import { cancelPayoutOf, createPayoutOf, movePayout, readPayout } from '@/test/harness/payouts'
import { expectProblem, rest } from '@/test/harness/people'

const page = z.strictObject({
  data: z.array(payoutView),
  hasMore: z.boolean(),
  nextCursor: z.string().nullable(),
})

let agent: TestAgent
beforeEach(async () => {
  agent = await createTestAgent({ workspaceId: (await createTestWorkspace()).id })
})

const ask = (query: string, by = agent) => rest('GET', `/api/payouts${query}`, { headers: by.headers })

async function list(query = '', by = agent) {
  const response = await ask(query, by)
  expect(response.status).toBe(200)
  return page.parse(await response.json())
}

/** All pages of a filter, one after the other. */
async function listAll(filter: string): Promise<string[]> {
  const ids: string[] = []
  for (let cursor = ''; ; ) {
    const { data, hasMore, nextCursor } = await list(`?limit=7${filter}${cursor}`)
    ids.push(...data.map(({ payoutId }) => payoutId))
    expect(hasMore).toBe(nextCursor !== null)
    if (nextCursor === null) return ids
    expect(data).toHaveLength(7)
    cursor = `&cursor=${encodeURIComponent(nextCursor)}`
  }
}

test('pages hold each payout of the workspace once, newest first, as it is read alone', async () => {
  const sibling = await createTestAgent({ workspaceId: agent.workspaceId })
  const first = await createPayoutOf(agent, { payoutId: 'first:1' })
  // Of one statement, so that they were created at the same time.
  const made = await Promise.all(
    Array.from({ length: 30 }, (_, at) => createPayoutOf(at % 2 ? agent : sibling)),
  )
  const last = await createPayoutOf(agent)
  const ids = await listAll('')
  expect([...ids].sort()).toEqual([first, ...made, last].map(({ payoutId }) => payoutId).sort())
  expect([ids[0], ids.at(-1)]).toEqual([last.payoutId, 'first:1'])
  const { data } = await list('?limit=1')
  expect(data).toEqual([await readPayout(agent, last.payoutId)])
})

test('status and bizId filter, alone and together, over all pages', async () => {
  const mandateId = await createTestMandate(agent)
  const [open, done]: [string[], string[]] = [[], []]
  for (let at = 0; at < 9; at += 1) {
    open.push((await createPayoutOf(agent)).payoutId)
    const { payoutId } = await createPayoutOf(agent, { mandateId, bizId: 'order' })
    done.push(payoutId)
    await cancelPayoutOf(agent, payoutId)
  }
  const { payoutId: active } = await createPayoutOf(agent, { mandateId, bizId: 'order' })
  expect(await listAll('&status=pending_authorization')).toEqual(open.toReversed())
  expect(await listAll('&status=failed')).toEqual(done.toReversed())
  expect(await listAll('&bizId=order')).toEqual([active, ...done.toReversed()])
  expect(await listAll('&bizId=order&status=authorized')).toEqual([active])
  expect(await listAll('&bizId=Order')).toEqual([])
  await movePayout(active, ['signing'])
  for (const status of PAYOUT_STATUSES) {
    const { data } = await list(`?status=${status}`)
    expect(new Set(data.map((payout) => payout.status))).toEqual(new Set(data.length ? [status] : []))
  }
})

test('the cursor of another workspace, or of nothing, is invalid_cursor', async () => {
  const stranger = await createTestAgent({ workspaceId: (await createTestWorkspace()).id })
  const { payoutId } = await createPayoutOf(stranger)
  await createPayoutOf(agent)
  for (const cursor of [payoutId, 'x', '%00', '%20', "'--", '9'.repeat(129)]) {
    await expectProblem(await ask(`?cursor=${cursor}`), 400, 'invalid_cursor')
  }
})

test('an empty workspace has an empty page, and another workspace sees none of ours', async () => {
  expect(await list()).toEqual({ data: [], hasMore: false, nextCursor: null })
  await createPayoutOf(agent)
  const stranger = await createTestAgent({ workspaceId: (await createTestWorkspace()).id })
  expect(await list('', stranger)).toEqual({ data: [], hasMore: false, nextCursor: null })
})

test.each([
  'status=paid',
  'status=',
  'status=FAILED',
  'bizId=',
  'bizId=a%20b',
  'limit=0',
  'limit=101',
  'limit=x',
  'page=2',
  'status=failed&status=signed',
])('?%s is invalid_request', async (query) => {
  await expectProblem(await ask(`?${query}`), 400, 'invalid_request')
})
