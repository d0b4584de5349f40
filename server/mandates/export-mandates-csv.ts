import type { MandateRowView, MandateStatus } from '@/domain/mandate'
import { formatUsdc } from '@/domain/money'
import { streamCsv } from '@/server/core/stream-csv'
import { selectMandates } from './details-repository'
import { buildMandateRowView } from './mandate-view'

const COLUMNS = [
  'mandate_id',
  'agent_id',
  'agent_name',
  'created_at',
  'status',
  'is_enabled',
  'limit_usdc',
  'spent_usdc',
  'on_its_way_usdc',
  'remaining_usdc',
  'most_per_payout_usdc',
  'period_seconds',
  'period_limit_usdc',
  'period_spent_usdc',
  'valid_from',
  'valid_until',
  'recipients',
  'signed_at',
  'revoked_at',
  'purpose',
]

type Asked = { workspaceId: string; status: MandateStatus | null }

/** A workspace's mandates as CSV, newest first. */
export function exportMandatesCsv({ workspaceId, status }: Asked): ReadableStream<Uint8Array> {
  return streamCsv<MandateRowView>({
    columns: COLUMNS,
    read: async (last, take) =>
      (await selectMandates({ workspaceId, agentId: null, status, before: last?.mandateId ?? null, take })) ??
      [],
    toRecord,
  })
}

function toRecord(row: MandateRowView): string[] {
  const mandate = buildMandateRowView(row)
  return [
    mandate.mandateId,
    mandate.agentId,
    mandate.agentName,
    mandate.createdAt,
    mandate.status,
    String(mandate.isEnabled),
    usdc(mandate.limitAmount),
    usdc(mandate.spentAmount),
    usdc(mandate.pendingSpentAmount),
    usdc(mandate.remainingAmount),
    usdc(mandate.maxAmountPerTx),
    mandate.period ? String(mandate.period.seconds) : '',
    usdc(mandate.period?.limit ?? null),
    usdc(mandate.periodSpent),
    mandate.validFrom,
    mandate.validUntil,
    mandate.recipientAllowlist?.join(' ') ?? '',
    mandate.signedAt ?? '',
    mandate.revokedAt ?? '',
    mandate.naturalLanguage,
  ]
}

function usdc(atomic: string | null): string {
  return atomic === null ? '' : formatUsdc(BigInt(atomic), { style: 'plain' })
}
