import { streamCsv } from '@/server/core/stream-csv'
import { assertAgentOf } from './assert-agent-of'
import { buildEntryAnswer, type Entry } from './balance-view'
import { selectEntries } from './entry-repository'
import { withCauses } from './list-entries'

const COLUMNS = [
  'agent_id',
  'created_at',
  'kind',
  'direction',
  'amount_usdc',
  'amount_atomic',
  'virtual_balance_usdc',
  'reference',
  'cause',
  'tx_hash',
  'charge_id',
  'refunded_at',
  'id',
]

/** All entries of an agent as CSV, newest first. Throws `agent_not_found` before the first chunk. */
export async function exportEntriesCsv({
  workspaceId,
  agentId,
}: {
  workspaceId: string
  agentId: string
}): Promise<ReadableStream<Uint8Array>> {
  await assertAgentOf({ workspaceId, agentId })
  return streamCsv<Entry>({
    columns: COLUMNS,
    read: async (last, limit) =>
      withCauses(await selectEntries({ agentId, before: last?.row.id ?? null, limit })),
    toRecord: (entry) => toRecord(agentId, entry),
  })
}

function toRecord(agentId: string, entry: Entry): string[] {
  const answer = buildEntryAnswer(entry)
  return [
    agentId,
    answer.created_at,
    answer.kind,
    answer.direction,
    answer.amount_usd,
    answer.amount_atomic,
    answer.virtual_balance_usd,
    answer.reference ?? '',
    answer.cause,
    answer.tx_hash ?? '',
    answer.charge_id ?? '',
    entry.cause?.refundedAt?.toISOString() ?? '',
    answer.id,
  ]
}
