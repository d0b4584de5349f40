import { checksummed } from '@/domain/address'
import type { RevenueView } from '@/domain/withdrawal'
import { sumRevenue } from './withdrawal-repository'

/** What a workspace has earned and not withdrawn, in atomic units, and where it would go. */
export async function getRevenue({
  workspaceId,
  walletAddress,
}: {
  workspaceId: string
  walletAddress: string
}): Promise<RevenueView> {
  const { available, onItsWay } = await sumRevenue(workspaceId)
  return {
    available: available.toString(),
    onItsWay: onItsWay.toString(),
    toAddress: checksummed(walletAddress),
  }
}
