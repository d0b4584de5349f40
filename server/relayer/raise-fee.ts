import { parseTransaction } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { estimateRelayFees } from '@/server/chain'
import { log } from '@/server/core/log'
import { bumpFees } from './relayer'
import { insertReplacement, type RelayTransaction, returnToSent } from './relayer-repository'
import { sendStored } from './send-stored'
import { signRelay } from './sign-relay'

/**
 * Sends a transaction again with a higher fee, if today's price, the cap of a transaction and the relayer's balance allow one; else with the
 * fee it has. When the node does not take the higher one, the bytes before it are what is sent again.
 */
export async function raiseFee(
  relay: RelayTransaction,
  { account, balance }: { account: PrivateKeyAccount; balance: bigint },
): Promise<void> {
  const { gasLimit } = relay
  const fees = bumpFees({ previous: relay.fees, current: await estimateRelayFees(), gasLimit })
  const { to, data = '0x' } = parseTransaction(relay.raw)
  if (!fees || !to || balance < gasLimit * fees.maxFeePerGas) {
    await sendStored(relay)
    return
  }
  const signed = await signRelay({ account, nonce: relay.nonce, call: { to, data, gasLimit }, fees })
  // Another worker has raised it, or saw it mined: bytes that are not stored are never sent.
  const id = await insertReplacement(relay.id, { ...signed, fees })
  if (!id) return
  const outcome = await sendStored(signed)
  if (outcome === 'stored') await returnToSent(id)
  log.info(
    { relayer: relay.relayer, nonce: relay.nonce.toString(), from: relay.hash, to: signed.hash, outcome },
    'raised the fee of a relayed transaction',
  )
}
