import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { createTestMandate, createTestWorkspace } from '@/test/harness/factories'
import { type BooksAgent, createBooksAgent, createPayouts } from '@/test/harness/payout-books'

// One connection, whose plans are made when the table has grown since it was analyzed empty, as in a new installation: an index of the workspace
// alone then looks as good as one of the workspace and the id.
const client = new pg.Client({ connectionString: env().DATABASE_URL })
beforeAll(() => client.connect())
afterAll(() => client.end())

const requestOf = (mandateId: string, bizId: string | null = null) => ({
  payoutId: `po_${randomUUID()}`,
  bizId,
  mandateId,
  amount: 1n,
  isAsking: false,
})

/** How many rows of payouts one more creation reads. */
async function countRead(agent: BooksAgent, mandateId: string, bizId: string | null): Promise<number> {
  await client.query('begin')
  const before = await countReads()
  const [made] = await createPayouts(agent, [requestOf(mandateId, bizId)], client)
  expect(made?.outcome).toBe('created')
  const after = await countReads()
  await client.query('rollback')
  return after - before
}

async function countReads(): Promise<number> {
  const { rows } = await client.query<{ reads: string }>(
    `select seq_tup_read + coalesce(idx_tup_fetch, 0) as reads from pg_stat_xact_user_tables where relname = 'payouts'`,
  )
  return Number(rows[0]?.reads ?? 0)
}

test('a creation reads no other payouts of its workspace, though its plan is made from what was known before they were there', async () => {
  const { id: workspaceId } = await createTestWorkspace()
  const agent = await createBooksAgent({ workspaceId })
  const mandateId = await createTestMandate(agent, { limitAmount: 1_000_000n })
  await pool().query('analyze payouts')
  for (let batch = 0; batch < 30; batch += 1) {
    await createPayouts(
      agent,
      Array.from({ length: 64 }, (_, at) => requestOf(mandateId, at % 2 ? `biz_${batch}_${at}` : null)),
    )
  }
  expect(await countRead(agent, mandateId, null)).toBe(0)
  expect(await countRead(agent, mandateId, 'biz_new')).toBe(0)
})
