import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import { findWallet, type WalletRow } from './wallet-repository'

/** The wallet of a live workspace. Throws `not_found`. */
export async function getWorkspaceWallet(workspaceId: string): Promise<WalletRow & { chainId: number }> {
  const { chainId } = env().NETWORK
  const row = await findWallet({ chainId, workspaceId })
  if (!row) throw new AppError('not_found')
  return { ...row, chainId }
}
