import { isAddressEqual, keccak256 } from 'viem'
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import {
  estimateRelayFees,
  getBalance,
  getMinedNonce,
  type RelayCall,
  sendRawTransaction,
} from '@/server/chain'
import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import {
  type PayoutIntent,
  type PreparedRelay,
  preparePayouts,
  prepareRelay,
  type RefusedPayout,
  type RelayIntent,
} from './prepare-repository'
import { MAX_NONCES_AHEAD, type RelayFees } from './relayer'
import {
  findNextNonce,
  markSendFailed,
  markSent,
  recordGasBalance,
  upsertRelayerAccount,
} from './relayer-repository'

/** Attempts to win a nonce against other workers of the same key before the row is left for the next round. */
const NONCE_ATTEMPTS = 5

/** The relayer keys of this process; only the worker has any. */
export function relayerAccounts(): PrivateKeyAccount[] {
  return env().RELAYER_PRIVATE_KEYS.map((key) => privateKeyToAccount(key as `0x${string}`))
}

/** Registers this worker's relayer addresses with the chain's nonce. Safe to repeat, by any number of workers. */
export async function registerRelayers(): Promise<void> {
  const { chainId } = env().NETWORK
  for (const account of relayerAccounts()) {
    const address = account.address.toLowerCase()
    const [minedNonce, balance] = await Promise.all([
      getMinedNonce(account.address),
      getBalance(account.address),
    ])
    await upsertRelayerAccount({ chainId, address, minedNonce })
    await recordGasBalance({ chainId, address, balance })
  }
}

export type RelayOutcome = 'sent' | 'stored' | 'busy' | 'lease_lost' | 'out_of_gas' | 'gas_allowance'

/**
 * Signs, stores and then sends the transaction of one intent whose lease we hold. `stored` means that the node's answer is
 * unknown or a refusal: the same bytes are sent again by `trackRelays`. `busy` means that no nonce was free, or that `sender`, the only one who may send it, is no
 * key of this process; `gas_allowance` that the workspace has spent its gas of today. Nothing was changed by either.
 */
export async function relayTransaction(
  { sender, ...intent }: RelayIntent & { sender?: `0x${string}` },
  call: RelayCall,
): Promise<RelayOutcome> {
  const attempt = await storeRelay({ sender, call, prepare: (relay) => prepareRelay(intent, relay) })
  return 'hash' in attempt ? sendStored(attempt.hash, attempt.raw) : attempt.outcome
}

export type PayoutRelayOutcome =
  | { outcome: 'sent' | 'stored'; hash: `0x${string}` }
  | { outcome: 'busy' | 'out_of_gas' }
  /** Nothing was stored: build the transaction again without these. */
  | { outcome: 'refused'; refused: RefusedPayout[] }

/** The same for one transaction that carries any number of payouts; each is moved to broadcasting with it. */
export async function relayPayouts(
  intents: readonly PayoutIntent[],
  call: RelayCall,
): Promise<PayoutRelayOutcome> {
  const refused: RefusedPayout[] = []
  const attempt = await storeRelay({
    call,
    prepare: async (relay) => {
      const prepared = await preparePayouts(intents, relay)
      refused.push(...prepared.refused)
      return prepared.outcome
    },
  })
  if ('hash' in attempt) {
    const outcome = await sendStored(attempt.hash, attempt.raw)
    return { outcome, hash: attempt.hash }
  }
  if (attempt.outcome === 'refused') return { outcome: 'refused', refused }
  return { outcome: attempt.outcome === 'out_of_gas' ? 'out_of_gas' : 'busy' }
}

type StoreRelay<Outcome> = {
  sender?: `0x${string}` | undefined
  call: RelayCall
  prepare: (relay: PreparedRelay) => Promise<Outcome>
}

type Stored<Outcome> =
  | { hash: `0x${string}`; raw: `0x${string}` }
  | { outcome: Exclude<Outcome, 'prepared' | 'nonce_taken'> | 'busy' | 'out_of_gas' }

/** Signs with the next free nonce until the database has stored it under that nonce. */
async function storeRelay<Outcome extends string>({
  sender,
  call,
  prepare,
}: StoreRelay<Outcome>): Promise<Stored<Outcome>> {
  const { chainId } = env().NETWORK
  const account = relayerAccounts().find(({ address }) => !sender || isAddressEqual(address, sender))
  if (!account) return { outcome: 'busy' }
  const relayer = account.address.toLowerCase()
  for (let attempt = 0; attempt < NONCE_ATTEMPTS; attempt += 1) {
    const [nonce, minedNonce, fees, balance] = await Promise.all([
      findNextNonce({ chainId, address: relayer }),
      getMinedNonce(account.address),
      estimateRelayFees(),
      getBalance(account.address),
    ])
    if (nonce === null) return { outcome: 'busy' }
    if (balance < call.gasLimit * fees.maxFeePerGas) {
      log.warn({ relayer, balance: balance.toString() }, 'relayer is out of gas')
      await recordGasBalance({ chainId, address: relayer, balance })
      return { outcome: 'out_of_gas' }
    }
    const signed = await signRelay({ account, nonce, call, fees })
    const outcome = await prepare({
      chainId,
      relayer,
      nonce,
      minedNonce,
      maxAhead: MAX_NONCES_AHEAD,
      ...signed,
      fees,
      gasLimit: call.gasLimit,
      gasAllowance: env().GAS_ALLOWANCE_WEI_PER_DAY,
    })
    if (outcome === 'prepared') return signed
    if (outcome !== 'nonce_taken') {
      return { outcome: outcome as Exclude<Outcome, 'prepared' | 'nonce_taken'> }
    }
  }
  return { outcome: 'busy' }
}

async function sendStored(hash: `0x${string}`, raw: `0x${string}`): Promise<'sent' | 'stored'> {
  const { chainId } = env().NETWORK
  const result = await sendRawTransaction(raw)
  if (result.accepted) await markSent({ chainId, hash })
  else await markSendFailed({ chainId, hash, error: result.reason })
  return result.accepted ? 'sent' : 'stored'
}

type SignRelay = { account: PrivateKeyAccount; nonce: bigint; call: RelayCall; fees: RelayFees }

/** The bytes are what counts: the same bytes can be sent any number of times and are mined at most once. */
export async function signRelay({
  account,
  nonce,
  call,
  fees,
}: SignRelay): Promise<{ raw: `0x${string}`; hash: `0x${string}` }> {
  const raw = await account.signTransaction({
    type: 'eip1559',
    chainId: env().NETWORK.chainId,
    nonce: Number(nonce),
    to: call.to,
    data: call.data,
    value: 0n,
    gas: call.gasLimit,
    ...fees,
  })
  return { raw, hash: keccak256(raw) }
}
