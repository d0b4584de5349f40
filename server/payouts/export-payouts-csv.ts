import { stringify } from 'csv-stringify/sync'
import { formatUsdc } from '@/domain/money'
import type { PayoutFilter } from '@/domain/payout-console'
import { type ConsoleRow, selectPage } from './console-repository'

const BATCH = 500
const COLUMNS = [
  'payout_id',
  'biz_id',
  'created_at',
  'status',
  'failure_reason',
  'is_final',
  'amount_usdc',
  'amount_atomic',
  'to_address',
  'to_name',
  'agent_id',
  'agent_name',
  'mandate_id',
  'description',
  'tx_hash',
  'confirmations',
  'kind',
]

/**
 * A workspace's payouts as CSV, newest first, in batches of 500 rows so that memory stays flat. No cell can start a formula
 * in a spreadsheet.
 */
export function exportPayoutsCsv({
  workspaceId,
  filter,
}: {
  workspaceId: string
  filter: PayoutFilter
}): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let before: { createdAt: Date; id: string } | null = null
  return new ReadableStream({
    start(controller) {
      controller.enqueue(encoder.encode(stringify([COLUMNS])))
    },
    async pull(controller) {
      const rows: ConsoleRow[] = await selectPage({ workspaceId, filter, before, limit: BATCH })
      const last = rows.at(-1)
      if (last) {
        before = last
        controller.enqueue(encoder.encode(stringify(rows.map(toRecord), { escape_formulas: true })))
      }
      if (rows.length < BATCH) controller.close()
    },
  })
}

function toRecord(row: ConsoleRow): string[] {
  return [
    row.payoutId,
    row.bizId ?? '',
    row.createdAt.toISOString(),
    row.status,
    row.failureReason ?? '',
    String(row.isFinal),
    formatUsdc(row.amount, { style: 'exact' }),
    row.amount.toString(),
    row.toAddress,
    row.toName ?? '',
    row.agentId ?? '',
    row.agentName ?? '',
    row.mandateId ?? '',
    row.description ?? '',
    row.txHash ?? '',
    row.confirmations.toString(),
    row.kind,
  ]
}
