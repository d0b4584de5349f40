import { checksummed, type StoredAddress } from '@/domain/address'
import type { ManagedWalletView } from '@/domain/managed-wallet'
import { readWallet } from '@/server/chain'
import { readFigures } from './sweep-repository'
import { buildSweepView } from './sweep-view'
import { findWorkspaceManagedWallet } from './wallet-repository'

type Of = {
  workspaceId: string
  /** The workspace's own wallet. */
  walletAddress: StoredAddress
}

/** The wallet that payouts of a workspace leave from, read at the head. Throws `dependency_unavailable`. */
export async function getManagedWallet({ workspaceId, walletAddress }: Of): Promise<ManagedWalletView> {
  const toAddress = checksummed(walletAddress)
  const wallet = await findWorkspaceManagedWallet(workspaceId)
  if (!wallet) {
    return {
      address: null,
      balance: '0',
      reserved: '0',
      available: '0',
      waiting: '0',
      toAddress,
      lastSweep: null,
    }
  }
  const { usdcBalance, blockNumber } = await readWallet({ address: wallet.address })
  const { promised, waiting, lastSweep } = await readFigures({ ...wallet, workspaceId, blockNumber })
  return {
    address: checksummed(wallet.address),
    balance: usdcBalance.toString(),
    reserved: promised.toString(),
    available: (usdcBalance > promised ? usdcBalance - promised : 0n).toString(),
    waiting: waiting.toString(),
    toAddress,
    lastSweep: lastSweep && buildSweepView(lastSweep),
  }
}
