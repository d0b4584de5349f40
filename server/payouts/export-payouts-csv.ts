import { formatUsdc } from '@/domain/money'
import type { PayoutFilter } from '@/domain/payout-console'
import { streamCsv } from '@/server/core/stream-csv'
import { type ConsoleRow, selectPage } from './console-repository'

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
  'taken_back',
]

/** A confirmed payment that the chain took back: whoever sums up what is `confirmed` must not count it as paid. */
const TAKEN_BACK = 'taken_back'

/** A workspace's payouts as CSV, newest first; `taken_back` in its last column says what became of a payment with that status. */
export function exportPayoutsCsv({
  workspaceId,
  filter,
}: {
  workspaceId: string
  filter: PayoutFilter
}): ReadableStream<Uint8Array> {
  return streamCsv<ConsoleRow>({
    columns: COLUMNS,
    read: (before, limit) => selectPage({ workspaceId, filter, before, limit }),
    toRecord,
  })
}

function toRecord(row: ConsoleRow): string[] {
  return [
    row.payoutId,
    row.bizId ?? '',
    row.createdAt.toISOString(),
    row.takenBack ? TAKEN_BACK : row.status,
    row.failureReason ?? '',
    String(row.isFinal && row.takenBack !== 'sent_again' && row.takenBack !== 'undecided'),
    formatUsdc(row.amount, { style: 'plain' }),
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
    row.takenBack ?? '',
  ]
}
