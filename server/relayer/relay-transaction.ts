import { isAddressEqual } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { estimateRelayFees, getBalance, getMinedNonce, type RelayCall } from '@/server/chain'
import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import { findDueNonce } from './find-due-nonce'
import {
  type PayoutIntent,
  type PreparedRelay,
  preparePayouts,
  prepareRelay,
  type RefusedPayout,
  type RelayIntent,
} from './prepare-repository'
import { findExcess, MAX_NONCES_AHEAD } from './relayer'
import { insertRelayerAccount, recordGasBalance } from './relayer-account-repository'
import { relayerAccounts } from './relayer-accounts'
import { sendStored } from './send-stored'
import { signRelay } from './sign-relay'

/** Attempts to win a nonce against other workers of the same key before the row is left for the next round. */
const NONCE_ATTEMPTS = 5

/** Registers this worker's relayer addresses, new ones with the chain's nonce. Safe to repeat, by any number of workers. */
export async function registerRelayers(): Promise<void> {
  const { chainId } = env().NETWORK
  for (const account of relayerAccounts()) {
    const address = account.address.toLowerCase()
    const [minedNonce, balance] = await Promise.all([
      getMinedNonce(account.address),
      getBalance(account.address),
    ])
    await insertRelayerAccount({ chainId, address, minedNonce })
    await recordGasBalance({ chainId, address, balance })
  }
}

export type RelayOutcome = 'sent' | 'stored' | 'busy' | 'lease_lost' | 'out_of_gas' | 'gas_allowance'

/**
 * Signs, stores and then sends the transaction of one intent whose lease we hold. `stored` means that the node's answer is
 * unknown or a refusal: the same bytes are sent again by `trackRelays`. `busy` means that no nonce was free, or that `sender`, the only one who may send it, is no
 * key of this process, or that gas costs too much just now; `out_of_gas` that no key of this process can pay for it; `gas_allowance` that the workspace has spent its gas of today. Nothing was changed by any of these.
 */
export async function relayTransaction(
  { sender, ...intent }: RelayIntent & { sender?: `0x${string}` },
  call: RelayCall,
): Promise<RelayOutcome> {
  const attempt = await storeRelay({ sender, call, prepare: (relay) => prepareRelay(intent, relay) })
  if ('hash' in attempt) return sendFirst(attempt)
  return attempt.outcome === 'too_dear' ? 'busy' : attempt.outcome
}

export type PayoutRelayOutcome =
  | { outcome: 'sent' | 'stored'; hash: `0x${string}` }
  /** `too_dear`: in one transaction they would cost more than one may. */
  | { outcome: 'busy' | 'out_of_gas' | 'too_dear' }
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
    return { outcome: await sendFirst(attempt), hash: attempt.hash }
  }
  if (attempt.outcome === 'refused') return { outcome: 'refused', refused }
  const { outcome } = attempt
  return { outcome: outcome === 'out_of_gas' || outcome === 'too_dear' ? outcome : 'busy' }
}

/** What is stopped just before is stored all the same: `trackRelays` uses up its nonce. */
async function sendFirst(stored: { hash: `0x${string}`; raw: `0x${string}` }): Promise<'sent' | 'stored'> {
  return (await sendStored(stored)) === 'sent' ? 'sent' : 'stored'
}

type StoreRelay<Outcome> = {
  sender?: `0x${string}` | undefined
  call: RelayCall
  prepare: (relay: PreparedRelay) => Promise<Outcome>
}

type Stored<Outcome> =
  | { hash: `0x${string}`; raw: `0x${string}` }
  | { outcome: Exclude<Outcome, 'prepared' | 'nonce_taken'> | 'busy' | 'out_of_gas' | 'too_dear' }

/** With the first key that can: one without ETH, or with as many transactions on their way as nodes take, leaves it to the next. */
async function storeRelay<Outcome extends string>({
  sender,
  ...relay
}: StoreRelay<Outcome>): Promise<Stored<Outcome>> {
  const accounts = relayerAccounts().filter(({ address }) => !sender || isAddressEqual(address, sender))
  let unusable: 'busy' | 'out_of_gas' | null = null
  for (const account of accounts) {
    const attempt = await storeWith(account, relay)
    if (!('outcome' in attempt)) return attempt
    const { outcome } = attempt
    if (outcome === 'busy') unusable = 'busy'
    else if (outcome === 'out_of_gas') unusable ??= 'out_of_gas'
    else return attempt
  }
  return { outcome: unusable ?? 'busy' }
}

/** Signs with the next free nonce until the database has stored it under that nonce. */
async function storeWith<Outcome extends string>(
  account: PrivateKeyAccount,
  { call, prepare }: Omit<StoreRelay<Outcome>, 'sender'>,
): Promise<Stored<Outcome>> {
  const { chainId } = env().NETWORK
  const relayer = account.address.toLowerCase()
  for (let attempt = 0; attempt < NONCE_ATTEMPTS; attempt += 1) {
    const [minedNonce, fees, balance] = await Promise.all([
      getMinedNonce(account.address),
      estimateRelayFees(),
      getBalance(account.address),
    ])
    const nonce = await findDueNonce(relayer, minedNonce)
    if (nonce === null || nonce >= minedNonce + BigInt(MAX_NONCES_AHEAD)) return { outcome: 'busy' }
    const excess = findExcess(fees, call.gasLimit)
    if (excess) {
      log.warn(
        { relayer, maxFeePerGas: fees.maxFeePerGas.toString(), excess },
        'gas costs too much to be sent for',
      )
      return { outcome: excess === 'sum' ? 'too_dear' : 'busy' }
    }
    if (balance < call.gasLimit * fees.maxFeePerGas) {
      log.warn({ relayer, balance: balance.toString() }, 'relayer is out of gas')
      await recordGasBalance({ chainId, address: relayer, balance })
      return { outcome: 'out_of_gas' }
    }
    const signed = await signRelay({ account, nonce, call, fees })
    const outcome = await prepare({
      ...{ chainId, relayer, nonce, minedNonce, fees, ...signed },
      maxAhead: MAX_NONCES_AHEAD,
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
