import { stockWallets as stock } from '@/server/managed-wallets'

/** Keeps unused managed wallets at hand, and gives one to each workspace without. */
export async function stockWallets(signal: AbortSignal): Promise<void> {
  await stock(signal)
}
