import type { BalanceView, EntryAnswer, EntryView } from '@/domain/balance'
import { formatUsdc } from '@/domain/money'
import type { BalanceRow } from './balance-repository'
import type { CauseRow, EntryRow } from './entry-repository'

export function buildBalanceView(row: BalanceRow): BalanceView {
  return {
    agentId: row.agentId,
    name: row.name,
    balance: row.balance.toString(),
    owed: row.owed.toString(),
    lowBalanceThreshold: row.lowBalanceThreshold?.toString() ?? null,
    isLow: row.lowBalanceThreshold !== null && row.balance < row.lowBalanceThreshold,
    monthlyLimit: row.monthlyLimit?.toString() ?? null,
    spentThisMonth: row.spentThisMonth.toString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    updatedAt: row.updatedAt.toISOString(),
  }
}

export type Entry = { row: EntryRow; cause: CauseRow | null }

/** As the console shows it to the people of `workspaceId`. */
export function buildEntryView({ row, cause }: Entry, workspaceId: string): EntryView {
  return {
    id: row.id.toString(),
    kind: row.kind,
    direction: row.isIn ? 'in' : 'out',
    amount: row.amount.toString(),
    balanceAfter: row.balanceAfter.toString(),
    cause: row.cause,
    reference: row.reference,
    createdAt: row.createdAt.toISOString(),
    txHash: cause?.txHash ?? null,
    charge: cause?.isCharge
      ? {
          id: cause.id,
          description: cause.description,
          isOwn: cause.workspaceId === workspaceId,
          refundedAt: cause.refundedAt?.toISOString() ?? null,
          refundReason: cause.refundReason,
        }
      : null,
    otherAgent:
      row.otherAgentId === null ? null : { agentId: row.otherAgentId, name: row.otherAgentName ?? '' },
  }
}

/** As agents read it. */
export function buildEntryAnswer({ row, cause }: Entry): EntryAnswer {
  return {
    id: row.id.toString(),
    kind: row.kind,
    direction: row.isIn ? 'in' : 'out',
    amount_usd: usd(row.amount),
    amount_atomic: row.amount.toString(),
    virtual_balance_usd: usd(row.balanceAfter),
    cause: row.cause,
    reference: row.reference,
    created_at: row.createdAt.toISOString(),
    tx_hash: cause?.txHash ?? null,
    charge_id: cause?.isCharge ? cause.id : null,
  }
}

/** The form of `…_usd` fields in answers: a decimal string without needless zeros. */
export function usd(atomic: bigint): string {
  return formatUsdc(atomic, { style: 'plain' })
}
