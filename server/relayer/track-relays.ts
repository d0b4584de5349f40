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
  listLost,
  listOpenRelays,
  listRecentlyMined,
  markDropped,
  markMined,
  markSendFailed,
  markSent,
  type RelayTransaction,
  recordGasBalance,
  reopen,
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
    const isReopened = await reopenLost({ chainId, relayer, minedNonce })
    for (const relay of isReopened ? await listOpenRelays({ chainId, relayer }) : relays) {
      if (await trackRelay(relay, minedNonce)) mined += 1
      else open += 1
    }
  }
  return { open, mined }
}

type Relayer = { chainId: number; relayer: string }

/**
 * A block that is gone took its transactions with it, the newest first: nonces are mined in their order, so all before one that is still
 * there are there as well, and a quiet round asks once whatever was mined.
 */
async function reopenReorganised({ chainId, relayer }: Relayer) {
  for (const hash of await listRecentlyMined({ chainId, relayer })) {
    if (await getTransactionReceipt(hash)) return
    log.warn({ relayer, hash }, 'a relayed transaction was reorganised away; the same bytes are sent again')
    await reopen({ chainId, hash })
  }
}

/**
 * A nonce that the chain has yet to mine and that counts as over is a gap before all that is open behind it: mined so long ago that
 * nobody looked any more, or given up while a reorganisation took it away. Its bytes are sent again.
 */
async function reopenLost({
  chainId,
  relayer,
  minedNonce,
}: Relayer & { minedNonce: bigint }): Promise<boolean> {
  let isReopened = false
  for (const { nonce, hash } of await listLost({ chainId, relayer, minedNonce })) {
    // The count may have been read from a node that is behind.
    if (await recordAnyMined({ chainId, relayer, nonce })) continue
    log.warn(
      { relayer, nonce: nonce.toString(), hash },
      'a nonce that counted as over is not mined; its bytes are sent again',
    )
    await reopen({ chainId, hash })
    isReopened = true
  }
  return isReopened
}

/** Whichever bytes of a nonce are mined: those before or after a raised fee. */
async function recordAnyMined({ chainId, relayer, nonce }: Relayer & { nonce: bigint }): Promise<boolean> {
  for (const hash of await listAttempts({ chainId, relayer, nonce })) {
    if (await recordMined(hash)) return true
  }
  return false
}

async function trackRelay(relay: RelayTransaction, minedNonce: bigint): Promise<boolean> {
  if (await recordMined(relay.hash)) return true
  const step = decideRelayStep(relay, minedNonce)
  if (step === 'resend') await resend(relay)
  if (step === 'bump') await bump(relay)
  if (step === 'replaced') {
    const { chainId } = env().NETWORK
    if (await recordAnyMined({ chainId, relayer: relay.relayer, nonce: relay.nonce })) return true
    // Counted before its receipt was asked for: a reorganisation in between makes a transaction that is only to be sent again look lost.
    if (relay.nonce >= (await getMinedNonce(relay.relayer))) return false
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
  // Another worker has raised it, or saw it mined: bytes that are not stored are never sent.
  if (!(await insertReplacement(relay.id, { ...signed, fees }))) return
  const result = await sendRawTransaction(signed.raw)
  if (result.accepted) await markSent({ chainId: env().NETWORK.chainId, hash: signed.hash })
  log.info(
    { relayer: relay.relayer, nonce: relay.nonce.toString(), from: relay.hash, to: signed.hash },
    'raised the fee of a relayed transaction',
  )
}
