import { checksummed } from '@/domain/address'
import { DEPOSIT_CONFIRMATIONS, type DepositView } from '@/domain/deposits'
import { confirmationsOf } from '@/domain/networks'
import { type DepositRow, selectDepositsOfAgent } from './deposit-repository'

const LIST_LIMIT = 100

/** What an agent was credited or has claimed, newest first; the last hundred. */
export async function listDeposits(agent: { agentId: string }): Promise<DepositView[]> {
  const rows = await selectDepositsOfAgent({ agentId: agent.agentId, limit: LIST_LIMIT })
  return rows.map(toView)
}

function toView(row: DepositRow & { head: bigint | null }): DepositView {
  const { blockNumber, head } = row
  return {
    depositId: row.id,
    chainId: row.chainId,
    txHash: row.txHash,
    logIndex: row.logIndex,
    sender: checksummed(row.sender),
    amount: row.amount.toString(),
    status: row.status,
    agentId: row.agentId ?? row.claimedBy,
    blockNumber: blockNumber?.toString() ?? null,
    confirmations: blockNumber === null ? null : confirmationsOf(blockNumber, head ?? blockNumber),
    confirmationsRequired: DEPOSIT_CONFIRMATIONS,
    creditedAt: row.creditedAt?.toISOString() ?? null,
    balanceAfter: row.balanceAfter?.toString() ?? null,
    createdAt: row.createdAt.toISOString(),
  }
}
