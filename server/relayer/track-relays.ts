import { parseTransaction } from 'viem'
import {
  estimateRelayFees,
  getBalance,
  getMinedNonce,
  getTransactionReceipt,
  sendRawTransaction,
} from '@/server/chain'
import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import { relayerAccounts, signRelay } from './relay-transaction'
import { bumpFees, decideRelayStep } from './relayer'
import {
  insertReplacement,
  listAttempts,
  listOpenRelays,
  listRecentlyMined,
  markDropped,
  markMined,
  markSendFailed,
  markSent,
  type RelayTransaction,
  recordGasBalance,
  reopenMined,
} from './relayer-repository'

/**
 * Looks after every open transaction of this worker's keys: records what is mined, sends again what is quiet, raises the
 * fee of what is stuck. Idempotent; two workers doing it at once send the same bytes twice, which changes nothing.
 */
export async function trackRelays(): Promise<{ open: number; mined: number }> {
  let open = 0
  let mined = 0
  for (const account of relayerAccounts()) {
    const { chainId } = env().NETWORK
    const relayer = account.address.toLowerCase()
    await reopenReorganised({ chainId, relayer })
    const relays = await listOpenRelays({ chainId, relayer })
    if (relays.length === 0) continue
    const [minedNonce, balance] = await Promise.all([
      getMinedNonce(account.address),
      getBalance(account.address),
    ])
    await recordGasBalance({ chainId, address: relayer, balance })
    for (const relay of relays) {
      if (await trackRelay(relay, minedNonce)) mined += 1
      else open += 1
    }
  }
  return { open, mined }
}

/** A block that is gone took its transactions with it; left alone, their nonces would be a gap that blocks all later ones. */
async function reopenReorganised({ chainId, relayer }: { chainId: number; relayer: string }) {
  for (const hash of await listRecentlyMined({ chainId, relayer })) {
    if (await getTransactionReceipt(hash)) continue
    log.warn({ relayer, hash }, 'a relayed transaction was reorganised away; the same bytes are sent again')
    await reopenMined({ chainId, hash })
  }
}

async function trackRelay(relay: RelayTransaction, minedNonce: bigint): Promise<boolean> {
  if (await recordMined(relay.hash)) return true
  const step = decideRelayStep(relay, minedNonce)
  if (step === 'resend') await resend(relay)
  if (step === 'bump') await bump(relay)
  if (step === 'replaced') {
    const { chainId } = env().NETWORK
    // The nonce is mined with other bytes: those before or after a raised fee, or the key was used elsewhere.
    for (const hash of await listAttempts({ chainId, relayer: relay.relayer, nonce: relay.nonce })) {
      if (await recordMined(hash)) return true
    }
    log.warn(
      { relayer: relay.relayer, nonce: relay.nonce.toString(), hash: relay.hash },
      'relayed transaction lost its nonce',
    )
    await markDropped(relay.id)
  }
  return false
}

async function recordMined(hash: `0x${string}`): Promise<boolean> {
  const receipt = await getTransactionReceipt(hash)
  if (!receipt) return false
  await markMined({
    chainId: env().NETWORK.chainId,
    hash,
    blockNumber: receipt.blockNumber,
    feeWei: feeOf(receipt),
  })
  return true
}

type Receipt = { gasUsed: bigint; effectiveGasPrice: bigint; l1Fee?: bigint | null }

/** What a transaction cost, in wei; a rollup adds the fee for its data on Ethereum. */
function feeOf({ gasUsed, effectiveGasPrice, l1Fee }: Receipt): bigint {
  return gasUsed * effectiveGasPrice + (l1Fee ?? 0n)
}

async function resend(relay: RelayTransaction) {
  const { chainId } = env().NETWORK
  const result = await sendRawTransaction(relay.raw)
  if (result.accepted) await markSent({ chainId, hash: relay.hash })
  else await markSendFailed({ chainId, hash: relay.hash, error: result.reason })
}

async function bump(relay: RelayTransaction) {
  const account = relayerAccounts().find(({ address }) => address.toLowerCase() === relay.relayer)
  const fees = bumpFees(relay.fees, await estimateRelayFees())
  const { to, data } = parseTransaction(relay.raw)
  if (!account || !fees || !to || !data) return resend(relay)
  const signed = await signRelay({
    account,
    nonce: relay.nonce,
    call: { to, data, gasLimit: relay.gasLimit },
    fees,
  })
  await insertReplacement(relay.id, { ...signed, fees })
  const result = await sendRawTransaction(signed.raw)
  if (result.accepted) await markSent({ chainId: env().NETWORK.chainId, hash: signed.hash })
  log.info(
    { relayer: relay.relayer, nonce: relay.nonce.toString(), from: relay.hash, to: signed.hash },
    'raised the fee of a relayed transaction',
  )
}
