import type { PrivateKeyAccount } from 'viem/accounts'
import { estimateRelayFees } from '@/server/chain'
import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import { type FillPlace, insertFill, insertFillInstead } from './prepare-repository'
import { bumpFees, FILL_GAS_LIMIT, findExcess, MAX_NONCES_AHEAD, UNREACHABLE_AHEAD } from './relayer'
import { listMissingNonces } from './relayer-account-repository'
import { type RelayTransaction, returnToSent } from './relayer-repository'
import { sendStored } from './send-stored'
import { signFill } from './sign-relay'

type Paying = { account: PrivateKeyAccount; balance: bigint }

/**
 * Fills nonces that have no bytes before others that have: everything behind them would wait for ever. As all bytes these are stored before
 * they are sent.
 */
export async function fillMissingNonces({ account, balance, minedNonce }: Paying & { minedNonce: bigint }) {
  const { chainId } = env().NETWORK
  const relayer = account.address.toLowerCase()
  const missing = await listMissingNonces({
    ...{ chainId, relayer, minedNonce, limit: MAX_NONCES_AHEAD },
    unreachableAhead: UNREACHABLE_AHEAD,
  })
  if (missing.length === 0) return
  const fees = await estimateRelayFees()
  if (findExcess(fees, FILL_GAS_LIMIT)) return
  if (balance < BigInt(missing.length) * FILL_GAS_LIMIT * fees.maxFeePerGas) return
  log.warn(
    { relayer, nonces: missing.map(String) },
    'nonces of a relayer have no transaction; they are filled',
  )
  for (const nonce of missing) {
    const signed = await signFill({ account, nonce, fees })
    const isStored = await insertFill({
      ...{ chainId, relayer, nonce, fees, ...signed },
      gasLimit: FILL_GAS_LIMIT,
    })
    if (isStored) await sendStored(signed)
  }
}

/**
 * Why payouts leave their nonce to a fill: accepted by no node, and stopped or refused for minutes; no block takes them and they may not offer
 * more; given up.
 */
type Reason = 'stopped' | 'refused' | 'too_dear' | 'given_up'

const PLACES: Record<Reason, FillPlace> = {
  stopped: 'unsent',
  refused: 'unsent',
  too_dear: 'open',
  given_up: 'given_up',
}

/**
 * Uses up the nonce of payouts that would hold up what is behind it. Those that may still be paid go into a new transaction. Should a node have
 * these bytes all the same, one of the two is mined; what it carries is the same EIP-3009 authorization, which the token takes once.
 */
export async function fillInsteadOf(
  relay: Pick<RelayTransaction, 'id' | 'relayer' | 'nonce' | 'hash' | 'fees'>,
  { account, balance }: Paying,
  why: Reason,
): Promise<void> {
  const current = await estimateRelayFees()
  const fees = bumpFees({ previous: relay.fees, current, gasLimit: FILL_GAS_LIMIT }) ?? current
  if (findExcess(fees, FILL_GAS_LIMIT) || balance < FILL_GAS_LIMIT * fees.maxFeePerGas) return
  const signed = await signFill({ account, nonce: relay.nonce, fees })
  const place = PLACES[why]
  const id = await insertFillInstead(relay.id, { ...signed, fees, gasLimit: FILL_GAS_LIMIT, place })
  if (!id) return
  log.warn(
    { relayer: relay.relayer, nonce: relay.nonce.toString(), hash: relay.hash, why },
    'a transaction of payouts gives up its nonce, which is filled',
  )
  if ((await sendStored(signed)) === 'stored') await returnToSent(id)
}
