import type { StoredAddress } from '@/domain/address'
import { findLostAddress } from '@/domain/lost-address'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import { findWorkspaceManagedWallet } from '@/server/managed-wallets'

/** Throws `recipient_refused` for an address that no payout may go to: one where USDC is lost, and the paying wallet. */
export async function assertPayable({
  workspaceId,
  address,
}: {
  workspaceId: string
  address: StoredAddress
}): Promise<void> {
  const { USDC_ADDRESS: usdc, SETTLEMENT_ADDRESS: settlement } = env()
  const lost = findLostAddress(address, { usdc, settlement })
  if (lost !== null) throw refused(`USDC sent to ${lost} would be lost.`)
  const wallet = await findWorkspaceManagedWallet(workspaceId)
  if (wallet?.address === address) throw refused('This is the wallet that payouts leave from.')
}

function refused(message: string): AppError {
  return new AppError('recipient_refused', message, { param: 'address' })
}
