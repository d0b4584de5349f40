import { checksummed, type StoredAddress, storedAddress } from '@/domain/address'
import type { SweepView } from '@/domain/managed-wallet'
import { formatUsdc } from '@/domain/money'
import type { Actor } from '@/server/audit'
import { readWallet } from '@/server/chain'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import { wakeWorker } from '@/server/core/wake-worker'
import { insertSweep } from './sweep-repository'
import { buildSweepView } from './sweep-view'
import { findWorkspaceManagedWallet } from './wallet-repository'

type Sweeping = {
  workspaceId: string
  /** The workspace's own wallet: the only place it goes to. */
  walletAddress: StoredAddress
  /** Atomic units. */
  amount: bigint
  actor: Actor
  idempotencyKey: string
}

/**
 * Sends USDC of the managed wallet back to the workspace's wallet, by the worker. For an OWNER, who is asked for again in the
 * statement; the same key answers the first result. Throws `not_authorized`, `INVALID_STATE` without a wallet, `payouts_killed`,
 * `balance_insufficient`, `idempotency_conflict`, `dependency_unavailable`.
 */
export async function sweepWallet({ walletAddress, ...sweep }: Sweeping): Promise<SweepView> {
  const wallet = await findWorkspaceManagedWallet(sweep.workspaceId)
  if (!wallet) throw withoutWallet()
  const { usdcBalance, blockNumber } = await readWallet({ address: wallet.address })
  const { NETWORK, USDC_ADDRESS } = env()
  const { outcome, available, payout } = await insertSweep({
    ...sweep,
    chainId: wallet.chainId,
    network: NETWORK.name,
    asset: spelled(storedAddress(USDC_ADDRESS)),
    to: spelled(walletAddress),
    from: wallet.address,
    held: usdcBalance,
    blockNumber,
  })
  if (outcome === 'not_owner') {
    throw new AppError('not_authorized', 'Only an OWNER of the workspace may send USDC out.')
  }
  if (outcome === 'no_wallet') throw withoutWallet()
  if (outcome === 'killed') {
    throw new AppError('payouts_killed', 'All payouts are stopped, and this is one. Let them go on first.')
  }
  if (outcome === 'insufficient') throw insufficient({ available, amount: sweep.amount })
  if (outcome === 'conflict' || !payout) {
    throw new AppError('idempotency_conflict', 'This key was used for another request. Ask with a new key.', {
      param: 'idempotencyKey',
    })
  }
  if (outcome === 'requested') wakeWorker('advance-payouts')
  return buildSweepView(payout)
}

const spelled = (address: StoredAddress) => ({ stored: address, checksum: checksummed(address) })

function withoutWallet(): AppError {
  return new AppError('INVALID_STATE', 'The workspace has no payout wallet yet. Try again in a minute.', {
    details: { state: 'NO_MANAGED_WALLET' },
  })
}

function insufficient({ available, amount }: { available: bigint; amount: bigint }): AppError {
  return new AppError(
    'balance_insufficient',
    `${formatUsdc(available)} USDC of the payout wallet is not promised; ${formatUsdc(amount)} USDC was asked for.`,
    { param: 'amountUsdc', details: { available: available.toString(), required: amount.toString() } },
  )
}
