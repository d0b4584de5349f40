import type { WalletView } from '@/domain/wallet'
import { readWallet } from '@/server/chain'
import { getWorkspaceWallet } from './get-workspace-wallet'
import { buildWalletView } from './wallet-view'

// No sessions exist yet, so nothing of a pool is held back.
const NOTHING_RESERVED = 0n

/**
 * The documented wallet snapshot, amounts in atomic units: the ledger's figures, and the chain's at one block. Throws
 * `not_found`, and `dependency_unavailable` when the chain does not answer.
 */
export async function getWallet({ workspaceId }: { workspaceId: string }): Promise<WalletView> {
  const row = await getWorkspaceWallet(workspaceId)
  const onChain = await readWallet({ address: row.account })
  return buildWalletView({ row, onChain, reserved: NOTHING_RESERVED })
}
