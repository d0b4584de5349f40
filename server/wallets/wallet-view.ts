import { checksummed } from '@/domain/address'
import { confirmationsOf, EVENT_CONFIRMATIONS } from '@/domain/networks'
import type { PendingEventView, WalletEventView, WalletView } from '@/domain/wallet'
import type { WalletOnChain } from '@/server/chain'
import type { PendingEventRow, WalletEventRow, WalletRow } from './wallet-repository'

export function buildWalletView({
  row,
  onChain,
  reserved,
}: {
  row: WalletRow
  onChain: WalletOnChain
  reserved: bigint
}): WalletView {
  const available = onChain.poolBalance > reserved ? onChain.poolBalance - reserved : 0n
  return {
    workspaceId: row.workspaceId,
    walletAddress: checksummed(row.account),
    trackedBalance: row.trackedBalance.toString(),
    // A cursor that has read nothing yet stands one block before its start.
    lastSyncBlock: (row.headBlock === null || row.headBlock < 0n ? 0n : row.headBlock).toString(),
    updatedAt: row.updatedAt.toISOString(),
    walletBalance: onChain.usdcBalance.toString(),
    poolBalance: onChain.poolBalance.toString(),
    reservedBalance: reserved.toString(),
    availableBalance: available.toString(),
    allowance: onChain.allowance.toString(),
    settlementPaused: onChain.settlementPaused,
  }
}

export function buildWalletEventView(workspaceId: string, row: WalletEventRow): WalletEventView {
  return {
    id: row.id,
    workspaceId,
    kind: row.kind,
    txHash: row.txHash,
    blockNumber: row.blockNumber.toString(),
    logIndex: row.logIndex,
    confirmedAt: row.confirmedAt.toISOString(),
    blockTime: row.blockTime.toISOString(),
    amountUsdc: row.amount.toString(),
    poolDelta: row.poolDelta.toString(),
    relatedSession: row.sessionHash,
    reversalOf: row.reversalOf,
    counterparty: row.counterparty === null ? null : checksummed(row.counterparty),
  }
}

export function buildPendingEventView(row: PendingEventRow): PendingEventView {
  return {
    kind: row.kind,
    txHash: row.txHash,
    blockNumber: row.blockNumber.toString(),
    logIndex: row.logIndex,
    blockTime: row.blockTime.toISOString(),
    amountUsdc: row.amount.toString(),
    poolDelta: row.poolDelta.toString(),
    confirmations: confirmationsOf(row.blockNumber, row.headBlock),
    confirmationsRequired: EVENT_CONFIRMATIONS,
    counterparty: row.counterparty === null ? null : checksummed(row.counterparty),
  }
}
