import type { PrivateKeyAccount } from 'viem/accounts'
import { estimateRelayFees, getBalance, getMinedNonce } from '@/server/chain'
import { env } from '@/server/core/env'
import { findDueNonce } from './find-due-nonce'
import { MAX_NONCES_AHEAD } from './relayer'
import { recordGasBalance, sumOpenCosts } from './relayer-account-repository'
import { relayerAccounts } from './relayer-accounts'

export type RelayRoom = {
  /** Units of gas that a key with a free nonce can pay for now, beyond what it has sent and not seen mined. */
  gas: bigint
  /** Wei. */
  maxFeePerGas: bigint
  /** So much is on its way that no key has a nonce free. */
  isBusy: boolean
}

type KeyRoom = Omit<RelayRoom, 'maxFeePerGas'>

/**
 * What this worker's relayer could send now in one transaction, for who must not start what cannot be sent. It promises nothing: others
 * send meanwhile. A balance that does not pay for `wantedGas` is recorded, so that the console shows it.
 */
export async function readRelayRoom({ wantedGas }: { wantedGas: bigint }): Promise<RelayRoom> {
  const { maxFeePerGas } = await estimateRelayFees()
  let best: KeyRoom = { gas: 0n, isBusy: false }
  for (const account of relayerAccounts()) {
    const room = await readKeyRoom(account, { wantedGas, maxFeePerGas })
    if (room.isBusy ? best.gas === 0n : room.gas > best.gas) best = room
    if (best.gas >= wantedGas) break
  }
  return { ...best, maxFeePerGas }
}

async function readKeyRoom(
  account: PrivateKeyAccount,
  { wantedGas, maxFeePerGas }: { wantedGas: bigint; maxFeePerGas: bigint },
): Promise<KeyRoom> {
  const { chainId } = env().NETWORK
  const relayer = account.address.toLowerCase()
  const [minedNonce, balance, open] = await Promise.all([
    getMinedNonce(account.address),
    getBalance(account.address),
    sumOpenCosts({ chainId, relayer }),
  ])
  const nonce = await findDueNonce(relayer, minedNonce)
  if (nonce === null) return { gas: 0n, isBusy: false }
  if (nonce >= minedNonce + BigInt(MAX_NONCES_AHEAD)) return { gas: 0n, isBusy: true }
  const free = balance > open ? balance - open : 0n
  const gas = maxFeePerGas > 0n ? free / maxFeePerGas : wantedGas
  if (gas < wantedGas) await recordGasBalance({ chainId, address: relayer, balance })
  return { gas, isBusy: false }
}
