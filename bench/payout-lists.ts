import { pool } from '../server/core/db'
import { countWorkspacePayouts, listPayouts, listWorkspacePayouts } from '../server/payouts'
import { createTestAgent, createTestWorkspace } from '../test/harness/factories'
import { type BenchRow, percentile } from './bench-row'
import { type Measured, measureInRounds, wordsOf } from './rounds'

const SMALL = 10_000
const LARGE = 1_000_000
const BATCH = 25_000
const CLIENTS = 8

type Lists = { workspaceId: string; deep: string }

/** Pages of a workspace's payouts and their counts with a million of them, beside the same with ten thousand in the same table before. */
export async function benchPayoutLists(): Promise<BenchRow[]> {
  const { id: workspaceId } = await createTestWorkspace()
  const { agentId } = await createTestAgent({ workspaceId })
  await pool().query('alter table payouts disable trigger payouts_while_stopped')
  await fill({ workspaceId, agentId, from: 1, to: SMALL })
  const small = await measure(await listsOf(workspaceId))
  await fill({ workspaceId, agentId, from: SMALL + 1, to: LARGE })
  const large = await measure(await listsOf(workspaceId))
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
}
type Name = keyof typeof CASES

async function listsOf(workspaceId: string): Promise<Lists> {
  const { rows } = await pool().query<{ id: string }>(
    "select id from payouts where workspace_id = $1 and payout_id = 'bulk-9000'",
    [workspaceId],
  )
  return { workspaceId, deep: rows[0]?.id ?? '' }
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

type Fill = { workspaceId: string; agentId: string; from: number; to: number }

async function fill({ workspaceId, agentId, from, to }: Fill): Promise<void> {
  for (let first = from; first <= to; first += BATCH) {
    await pool().query(
      `insert into payouts (workspace_id, agent_id, payout_id, biz_id, request_hash, status, failure_reason, chain_id, network, currency, asset_address,
         from_address, to_address, asset_checksum, to_checksum, amount, description, expires_at, created_by, created_at, tx_hash, nonce, signature, valid_before)
       select $1, $2, 'bulk-' || n, case when n % 3 = 0 then 'biz-' || n end, '\\x00', (case when n % 10 = 0 then 'failed' else 'confirmed' end)::payout_status,
         case when n % 10 = 0 then 'expired' end, 31337, 'local', 'USDC', '0x', '0x', '0x' || lpad(to_hex(n % 500), 40, '0'), '0x', '0x', 1, 'text ' || n,
         now(), $2, now() - (1000000 - n) * interval '1 minute', '0x' || lpad(to_hex(n), 64, '0'), n::text, '0x', 1 from generate_series($3::int, $4::int) n`,
      [workspaceId, agentId, first, Math.min(first + BATCH - 1, to)],
    )
  }
  await pool().query('vacuum analyze payouts')
}
