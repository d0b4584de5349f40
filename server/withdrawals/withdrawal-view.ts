import { checksummed } from '@/domain/address'
import type { WithdrawalView } from '@/domain/withdrawal'

export type WithdrawalRow = {
  id: string
  kind: WithdrawalView['kind']
  status: WithdrawalView['status']
  workspace_id: string | null
  agent_id: string | null
  deposit_id: string | null
  to_address: string
  amount: bigint
  tx_hash: string | null
  finalized_at: Date | null
  failure_reason: string | null
  waiting_for: string | null
  requested_by: string
  created_at: Date
  updated_at: Date
}

export function buildWithdrawalView(row: WithdrawalRow): WithdrawalView {
  return {
    withdrawalId: row.id,
    kind: row.kind,
    status: row.status,
    workspaceId: row.workspace_id,
    agentId: row.agent_id,
    depositId: row.deposit_id,
    toAddress: checksummed(row.to_address),
    amountUsdc: row.amount.toString(),
    txHash: row.tx_hash,
    isFinal: row.finalized_at !== null,
    failureReason: row.failure_reason,
    waitingFor: row.waiting_for,
    requestedBy: checksummed(row.requested_by),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}
