import { estimateRelayFees, getBalance, getMinedNonce } from '@/server/chain'
import { env } from '@/server/core/env'
import { findDueNonce } from './find-due-nonce'
import { MAX_NONCES_AHEAD } from './relayer'
import { recordGasBalance, sumOpenCosts } from './relayer-account-repository'
import { relayerAccounts } from './relayer-accounts'

/** What the chain showed of a key: the balance in wei was read after the mined count. */
export type KeyBalance = { relayer: string; minedNonce: bigint; balance: bigint }

export type RelayRoom = {
  /** Units of gas that all keys can pay for now, beyond what they have sent and not seen mined. */
  gas: bigint
  /** Wei. */
  maxFeePerGas: bigint
  /** So much is on its way that no key has a nonce free. */
  isBusy: boolean
  keys: readonly KeyBalance[]
}

type KeyRoom = KeyBalance & { gas: bigint; isBusy: boolean }

/**
 * What this worker's relayer could send now, for who must not start what cannot be sent. It promises nothing: others send meanwhile.
 * A balance that does not pay for `wantedGas` is recorded, so that the console shows it.
 */
export async function readRelayRoom({ wantedGas }: { wantedGas: bigint }): Promise<RelayRoom> {
  const accounts = relayerAccounts()
  const [{ maxFeePerGas }, minedNonces] = await Promise.all([
    estimateRelayFees(),
    Promise.all(accounts.map(({ address }) => getMinedNonce(address))),
  ])
  const rooms = await Promise.all(
    accounts.map(({ address }, index) =>
      readKeyRoom({ address, minedNonce: minedNonces[index] ?? 0n, wantedGas, maxFeePerGas }),
    ),
  )
  const keys = rooms.filter((room) => room !== null)
  const gas = keys.reduce((sum, key) => sum + key.gas, 0n)
  return { gas, maxFeePerGas, isBusy: gas === 0n && keys.some(({ isBusy }) => isBusy), keys }
}

type ReadKey = { address: `0x${string}`; minedNonce: bigint; wantedGas: bigint; maxFeePerGas: bigint }

/** Null for a key that is not registered. */
async function readKeyRoom({
  address,
  minedNonce,
  wantedGas,
  maxFeePerGas,
}: ReadKey): Promise<KeyRoom | null> {
  const { chainId } = env().NETWORK
  const relayer = address.toLowerCase()
  const [balance, open] = await Promise.all([getBalance(address), sumOpenCosts({ chainId, relayer })])
  const nonce = await findDueNonce(relayer, minedNonce)
  if (nonce === null) return null
  const key = { relayer, minedNonce, balance }
  if (nonce >= minedNonce + BigInt(MAX_NONCES_AHEAD)) return { ...key, gas: 0n, isBusy: true }
  const free = balance > open ? balance - open : 0n
  const gas = maxFeePerGas > 0n ? free / maxFeePerGas : wantedGas
  if (gas < wantedGas) await recordGasBalance({ chainId, address: relayer, balance })
  return { ...key, gas, isBusy: false }
}
