import type { StoredAddress } from '../domain/address'
import { countPendingApprovals, listPending } from '../server/approvals'
import { pool } from '../server/core/db'
import { countWorkspacePayouts, listPayouts, listWorkspacePayouts } from '../server/payouts'
import { listDeliveries } from '../server/webhooks'
import { insertBulkPayouts } from '../test/harness/bulk-payouts'
import {
  createTestAgent,
  createTestWorkspace,
  randomAddress,
  type TestAgent,
} from '../test/harness/factories'
import { createPayoutRow } from '../test/harness/payout-rows'
import { type BenchRow, percentile } from './bench-row'
import { type Measured, measureInRounds, wordsOf } from './rounds'

const SMALL = 10_000
const LARGE = 1_000_000
const BATCH = 10_000
const CLIENTS = 8
const DAY_SECONDS = 86_400
const WAITING = 60

type Lists = { workspaceId: string; person: StoredAddress; deep: string }

/** What a workspace's console lists and counts with a million payouts and as many deliveries, beside the same with ten thousand in the same tables before. */
export async function benchPayoutLists(): Promise<BenchRow[]> {
  const { id: workspaceId, walletAddress: person } = await createTestWorkspace()
  const agent = await createTestAgent({ workspaceId })
  const of = { workspaceId, agentId: agent.agentId }
  for (let each = 0; each < WAITING; each += 1) await createNamedRequest(agent, person)
  await fill({ ...of, from: 1, to: SMALL })
  const small = await measure(await listsOf(workspaceId, person))
  await fill({ ...of, from: SMALL + 1, to: LARGE })
  const large = await measure(await listsOf(workspaceId, person))
  return (Object.keys(CASES) as Name[]).map((name) => {
    const times = percentile(large[name].p99, 0.5) / percentile(small[name].p99, 0.5)
    return {
      name: `${name} of ${LARGE.toLocaleString('en')} payouts, beside ${SMALL.toLocaleString('en')}`,
      measured: `${wordsOf(large[name])}, p99 ${times.toFixed(1)} times`,
      limit: wordsOf(small[name]),
      goal: 'p99 ≤ 1.5 times',
      isMet: times <= 1.5,
    }
  })
}

const page = (
  { workspaceId }: Lists,
  filter: Parameters<typeof listWorkspacePayouts>[0]['filter'],
  cursor?: string,
) => listWorkspacePayouts({ workspaceId, filter, cursor, limit: 50 })

const CASES = {
  'the first page': (lists: Lists) => page(lists, {}),
  'a page deep in the list': (lists: Lists) => page(lists, {}, lists.deep),
  'the failed ones': (lists: Lists) => page(lists, { group: 'failed' }),
  'a search by id': (lists: Lists) => page(lists, { search: 'bulk-777' }),
  'the counts': ({ workspaceId }: Lists) => countWorkspacePayouts({ workspaceId }),
  "an agent's page": ({ workspaceId }: Lists) => listPayouts({ workspaceId, limit: 100 }),
  'the inbox': (lists: Lists) => listPending({ ...lists, limit: 50, isForMe: true }),
  'the number in the inbox': (lists: Lists) => countPendingApprovals(lists),
  deliveries: ({ workspaceId }: Lists) => listDeliveries({ workspaceId, limit: 50 }),
  'the failed deliveries': ({ workspaceId }: Lists) =>
    listDeliveries({ workspaceId, status: 'failed', limit: 50 }),
}
type Name = keyof typeof CASES

async function listsOf(workspaceId: string, person: StoredAddress): Promise<Lists> {
  const { rows } = await pool().query<{ id: string }>(
    "select id from payouts where workspace_id = $1 and payout_id = 'bulk-9000'",
    [workspaceId],
  )
  return { workspaceId, person, deep: rows[0]?.id ?? '' }
}

function measure(lists: Lists): Promise<Record<Name, Measured>> {
  const cases = Object.entries(CASES).map(([name, read]) => [
    name,
    {
      call: async () => {
        await read(lists)
      },
      of: [lists],
      clients: CLIENTS,
    },
  ])
  return measureInRounds<Name, Lists>(Object.fromEntries(cases))
}

/** A request that waits, to somebody who has a name and was never paid. */
async function createNamedRequest(agent: TestAgent, person: StoredAddress): Promise<void> {
  const to = randomAddress()
  await createPayoutRow(agent, { to, ttlSeconds: DAY_SECONDS })
  await pool().query(
    'insert into address_book_entries (workspace_id, address, name, created_by) values ($1, $2, $2, $3)',
    [agent.workspaceId, to, person],
  )
}

type Fill = { workspaceId: string; agentId: string; from: number; to: number }

/** Payouts, one in ten failed, with a delivery each that arrived. */
async function fill({ workspaceId, agentId, from, to }: Fill): Promise<void> {
  await insertBulkPayouts({ workspaceId, agentId, from, to, newest: LARGE, failsEach: 10 })
  await pool().query('alter table webhook_deliveries disable trigger user')
  for (let first = from; first <= to; first += BATCH) {
    await pool().query(
      `with event as (
         insert into webhook_events (workspace_id, type, body, payout_row_id, created_at, fanned_out_at)
           select workspace_id, 'payout.confirmed', '{}', id, created_at, created_at from payouts
             where workspace_id = $1 and payout_id in (select 'bulk-' || n from generate_series($2::int, $3::int) n)
           returning id, sequence, payout_row_id, created_at
       )
       insert into webhook_deliveries (event_id, workspace_id, endpoint_id, url, target, sequence, payout_row_id, status, attempts, created_at, delivered_at)
         select id, $1, $1, 'https://example.com', 'bulk', sequence, payout_row_id, 'delivered', 1, created_at, created_at from event`,
      [workspaceId, first, Math.min(first + BATCH - 1, to)],
    )
  }
  await pool().query('alter table webhook_deliveries enable trigger user')
  for (const table of ['payouts', 'approvals', 'webhook_events', 'webhook_deliveries']) {
    await pool().query(`vacuum analyze ${table}`)
  }
}
