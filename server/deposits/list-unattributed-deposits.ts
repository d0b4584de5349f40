import { checksummed } from '@/domain/address'
import type { UnattributedDepositView } from '@/domain/deposits'
import { selectUnattributed, type UnattributedRow } from './unattributed-repository'

const LIST_LIMIT = 100

/** Transfers to the receive address that belong to nobody, the hundred largest. */
export async function listUnattributedDeposits(): Promise<UnattributedDepositView[]> {
  const rows = await selectUnattributed({ limit: LIST_LIMIT })
  return rows.map((row) => ({
    depositId: row.id,
    txHash: row.txHash,
    sender: checksummed(row.sender),
    amount: row.amount.toString(),
    reason: reasonOf(row),
    linkedAgents: row.linkedAgents,
    blockTime: row.blockTime?.toISOString() ?? null,
  }))
}

function reasonOf({
  isX402,
  isBelowMinimum,
  linkedAgents,
}: UnattributedRow): UnattributedDepositView['reason'] {
  if (isX402) return 'x402'
  if (isBelowMinimum) return 'below_minimum'
  return linkedAgents.length > 1 ? 'several_agents' : 'no_agent'
}
