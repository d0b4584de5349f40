// Very many payouts that are over, for plans and benchmarks: written straight, past creation and its effects.
import { pool } from '@/server/core/db'

const BATCH = 5_000

type Bulk = {
  workspaceId: string
  agentId: string
  from: number
  to: number
  /** The number of the one that is asked for now; each before it is a minute older. */
  newest: number
  /** Every so many failed. */
  failsEach: number
  failsFor?: string
  /** This process's own unless told. */
  database?: Pick<ReturnType<typeof pool>, 'query'>
}

/** Writes the payouts `bulk-{from}` to `bulk-{to}`, to 500 recipients in turn, in parts: one statement of all would meet the pool's time-out on a busy machine. */
export async function insertBulkPayouts({
  failsFor = 'expired',
  database = pool(),
  ...bulk
}: Bulk): Promise<void> {
  // It asks whether the workspace is stopped, for each row.
  await database.query('alter table payouts disable trigger payouts_while_stopped')
  for (let first = bulk.from; first <= bulk.to; first += BATCH) {
    await database.query(
      `insert into payouts (workspace_id, agent_id, payout_id, biz_id, request_hash, status, failure_reason, chain_id, network, currency, asset_address,
         from_address, to_address, asset_checksum, to_checksum, amount, description, expires_at, created_by, created_at, tx_hash, nonce, signature, valid_before, finalized_at)
       select $1, $2, 'bulk-' || n, case when n % 3 = 0 then 'biz-' || n end, '\\x00', (case when n % $5 = 0 then 'failed' else 'confirmed' end)::payout_status,
         case when n % $5 = 0 then $6 end, 31337, 'local', 'USDC', '0x', '0x', '0x' || lpad(to_hex(n % 500), 40, '0'), '0x', '0x', 1, 'text ' || n,
         now(), $2, now() - ($7 - n) * interval '1 minute', '0x' || lpad(to_hex(n), 64, '0'), $2 || '-' || n, '0x', 1, case when n % $5 > 0 then now() end from generate_series($3::int, $4::int) n`,
      [
        bulk.workspaceId,
        bulk.agentId,
        first,
        Math.min(first + BATCH - 1, bulk.to),
        bulk.failsEach,
        failsFor,
        bulk.newest,
      ],
    )
  }
  await database.query('alter table payouts enable trigger payouts_while_stopped')
}

export type PlanNode = Record<string, unknown> & { Plans?: PlanNode[] }

/** Runs a statement and answers every node of its plan. */
export async function explainAnalyzed({
  text,
  values,
}: {
  text: string
  values: unknown[]
}): Promise<PlanNode[]> {
  const { rows } = await pool().query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `explain (analyze, format json) ${text}`,
    values,
  )
  const walk = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(walk)]
  return rows.flatMap(({ 'QUERY PLAN': [{ Plan }] }) => walk(Plan))
}

/** How many rows of a table each node read that reads it, whether or not it gave them on. */
export function rowsRead(nodes: readonly PlanNode[], table: string): number[] {
  return nodes
    .filter((node) => node['Relation Name'] === table)
    .map(
      (node) =>
        (Number(node['Actual Rows']) + Number(node['Rows Removed by Filter'] ?? 0)) *
        Number(node['Actual Loops']),
    )
}
