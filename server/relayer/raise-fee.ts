import { parseTransaction } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { estimateRelayFees } from '@/server/chain'
import { log } from '@/server/core/log'
import { fillInsteadOf } from './fill-nonces'
import { bumpFees, FILL_GAS_LIMIT, type RelayFees } from './relayer'
import { insertReplacement, type RelayTransaction, returnToSent } from './relayer-repository'
import { sendStored } from './send-stored'
import { signRelay } from './sign-relay'

type Paying = { account: PrivateKeyAccount; balance: bigint }

/**
 * Sends a transaction again with a higher fee, if today's price, the cap of a transaction and the relayer's balance allow one; else with the
 * fee it has. When the node does not take the higher one, the bytes before it are what is sent again. Payouts that offer less than today's
 * price and may not offer more, since that would cost too much for one transaction, give up their nonce: what is behind it would wait for ever.
 */
export async function raiseFee(relay: RelayTransaction, paying: Paying): Promise<void> {
  const current = await estimateRelayFees()
  const fees = bumpFees({ previous: relay.fees, current, gasLimit: relay.gasLimit })
  if (!fees && isTooCheap(relay, current) && relay.purpose === 'payout') {
    // What no transaction may offer, one that only uses up the nonce may not either.
    const canFill = bumpFees({ previous: relay.fees, current, gasLimit: FILL_GAS_LIMIT }) !== null
    if (canFill) return fillInsteadOf(relay, paying, 'too_dear')
  }
  if (!fees || !(await replaceWith(relay, paying, fees))) await sendStored(relay)
}

/** The same for bytes that no node takes, when it may be for their fee; bytes that offer today's price keep it. */
export async function raiseFeeOfUnsent(relay: RelayTransaction, paying: Paying): Promise<void> {
  if (isTooCheap(relay, await estimateRelayFees())) await raiseFee(relay, paying)
}

function isTooCheap({ fees }: RelayTransaction, current: RelayFees): boolean {
  return fees.maxFeePerGas < current.maxFeePerGas
}

/** False when the relayer cannot pay for it. */
async function replaceWith(
  relay: RelayTransaction,
  { account, balance }: Paying,
  fees: RelayFees,
): Promise<boolean> {
  const { gasLimit } = relay
  const { to, data = '0x' } = parseTransaction(relay.raw)
  if (!to || balance < gasLimit * fees.maxFeePerGas) return false
  const signed = await signRelay({ account, nonce: relay.nonce, call: { to, data, gasLimit }, fees })
  // Another worker has raised it, or saw it mined: bytes that are not stored are never sent.
  const id = await insertReplacement(relay.id, { ...signed, fees })
  if (!id) return true
  const outcome = await sendStored(signed)
  if (outcome === 'stored') await returnToSent(id)
  log.info(
    { relayer: relay.relayer, nonce: relay.nonce.toString(), from: relay.hash, to: signed.hash, outcome },
    'raised the fee of a relayed transaction',
  )
  return true
}
