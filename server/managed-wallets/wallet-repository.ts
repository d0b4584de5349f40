import type { StoredAddress } from '@/domain/address'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import type { ManagedWallet } from './managed-wallet'

const COLUMNS =
  'chain_id as "chainId", address, workspace_id as "workspaceId", signer, key_reference as "keyReference"'

/** The wallet with this address on a chain, also when its workspace is deleted; null when it is none of ours. */
export async function findManagedWallet({
  chainId,
  address,
}: {
  chainId: number
  address: StoredAddress
}): Promise<ManagedWallet | null> {
  const { rows } = await pool().query<ManagedWallet>(
    `select ${COLUMNS} from managed_wallets where chain_id = $1 and address = $2`,
    [chainId, address],
  )
  return rows[0] ?? null
}

/** The wallet that payouts of a workspace leave from on this deployment's chain; null until the worker has given it one. */
export async function findWorkspaceManagedWallet(workspaceId: string): Promise<ManagedWallet | null> {
  const { rows } = await pool().query<ManagedWallet>(
    `select ${COLUMNS} from managed_wallets where workspace_id = $1 and chain_id = $2`,
    [workspaceId, env().NETWORK.chainId],
  )
  return rows[0] ?? null
}
