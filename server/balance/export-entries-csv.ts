import { stringify } from 'csv-stringify/sync'
import { assertAgentOf } from './assert-agent-of'
import { buildEntryAnswer, type Entry } from './balance-view'
import { type EntryRow, selectEntries } from './entry-repository'
import { withCauses } from './list-entries'

const BATCH = 500
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

/**
 * All entries of an agent as CSV, newest first, in batches of 500 rows so that memory stays flat. No cell can start a formula
 * in a spreadsheet. Throws `agent_not_found` before the first chunk.
 */
export async function exportEntriesCsv({
  workspaceId,
  agentId,
}: {
  workspaceId: string
  agentId: string
}): Promise<ReadableStream<Uint8Array>> {
  await assertAgentOf({ workspaceId, agentId })
  const encoder = new TextEncoder()
  let before: bigint | null = null
  return new ReadableStream({
    start(controller) {
      controller.enqueue(encoder.encode(stringify([COLUMNS])))
    },
    async pull(controller) {
      const rows: EntryRow[] = await selectEntries({ agentId, before, limit: BATCH })
      const last = rows.at(-1)
      if (last) {
        before = last.id
        const records = (await withCauses(rows)).map((entry) => toRecord(agentId, entry))
        controller.enqueue(encoder.encode(stringify(records, { escape_formulas: true })))
      }
      if (rows.length < BATCH) controller.close()
    },
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
