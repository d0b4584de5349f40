import type { PrivateKeyAccount } from 'viem/accounts'
import { getBalance, getMinedNonce, getTransactionReceipt, readHeadNumber } from '@/server/chain'
import { describeDatabaseError, isDatabaseError } from '@/server/core/describe-database-error'
import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import { fillInsteadOf, fillMissingNonces } from './fill-nonces'
import { findDueNonce } from './find-due-nonce'
import { raiseFee, raiseFeeOfUnsent } from './raise-fee'
import {
  ABANDONED_AFTER_SECONDS,
  BUMP_AFTER_SECONDS,
  decideRelayStep,
  GIVE_UP_ABANDONED_SECONDS,
  REFUSED_FOR_SECONDS,
  UNREACHABLE_AHEAD,
} from './relayer'
import { isCounterAhead, listAbandonedRelayers, recordGasBalance } from './relayer-account-repository'
import { relayerAccounts } from './relayer-accounts'
import {
  listAttempts,
  listLost,
  listOpenRelays,
  listRecentlyEnded,
  markDropped,
  markMined,
  markNext,
  type RelayTransaction,
  reopen,
  returnToSent,
} from './relayer-repository'
import { sendStored } from './send-stored'

type Tracked = { open: number; mined: number }

/**
 * Looks after every open transaction of this worker's keys, and of keys that no worker has any more: records what is mined, sends again
 * what is quiet, fills nonces that have no bytes, raises the fee of what is stuck. Idempotent; two workers doing it at once send the
 * same bytes twice, which changes nothing.
 */
export async function trackRelays(): Promise<Tracked> {
  const { chainId } = env().NETWORK
  const accounts = relayerAccounts()
  const tracked: Tracked = { open: 0, mined: 0 }
  const add = ({ open, mined }: Tracked) => {
    tracked.open += open
    tracked.mined += mined
  }
  for (const account of accounts) add(await trackOwn(account))
  const own = accounts.map(({ address }) => address.toLowerCase())
  for (const relayer of await listAbandonedRelayers({ chainId, own, seconds: ABANDONED_AFTER_SECONDS })) {
    add(await trackAbandoned(relayer))
  }
  return tracked
}

type Relayer = { chainId: number; relayer: string }

/** What a round knows about the relayer of a transaction; one that is abandoned has no key here. */
type Round = { minedNonce: bigint; head: bigint; paying: Paying }

type Paying = { account: PrivateKeyAccount; balance: bigint }

async function trackOwn(account: PrivateKeyAccount): Promise<Tracked> {
  const { chainId } = env().NETWORK
  const relayer = account.address.toLowerCase()
  await lookAgain({ chainId, relayer })
  const relays = await listOpenRelays({ chainId, relayer })
  // With nothing open it can still stand still: all of its nonces were given up, and none of them is mined.
  if (relays.length === 0 && !(await isCounterAhead({ chainId, relayer }))) return { open: 0, mined: 0 }
  const [minedNonce, balance, head] = await Promise.all([
    getMinedNonce(account.address),
    getBalance(account.address),
    readHeadNumber(),
  ])
  await recordGasBalance({ chainId, address: relayer, balance })
  const isReopened = await reopenLost({ chainId, relayer, minedNonce, paying: { account, balance } })
  await findDueNonce(relayer, minedNonce)
  await fillMissingNonces({ account, balance, minedNonce })
  const round = { minedNonce, head, paying: { account, balance } }
  return countEach(isReopened ? await listOpenRelays({ chainId, relayer }) : relays, (relay) =>
    trackRelay(relay, round),
  )
}

/**
 * Stored bytes can be sent without their key, but no fee raised and no nonce filled. So they are sent again for some minutes, and are then
 * given up, mined or not: another key may carry what they carry. That pays nothing twice: payouts, deposits and withdrawals are EIP-3009
 * authorizations, of which the token itself takes each once, in whichever transaction comes first.
 */
async function trackAbandoned(relayer: `0x${string}`): Promise<Tracked> {
  const { chainId } = env().NETWORK
  await lookAgain({ chainId, relayer })
  const relays = await listOpenRelays({ chainId, relayer })
  if (relays.length === 0) return { open: 0, mined: 0 }
  const minedNonce = await getMinedNonce(relayer)
  return countEach(relays, async (relay) => {
    if (await recordMined(relay.hash)) return true
    if (relay.nonce < minedNonce) return settleReplaced(relay)
    if ((relay.secondsSinceSent ?? relay.secondsSinceStored) >= GIVE_UP_ABANDONED_SECONDS) {
      await giveUp(relay, 'a transaction of a relayer whose key no worker has is left to other keys')
    } else await sendStored(relay)
    return false
  })
}

async function countEach(
  relays: readonly RelayTransaction[],
  isMined: (relay: RelayTransaction) => Promise<boolean>,
): Promise<Tracked> {
  let mined = 0
  for (const relay of relays) if (await apart(relay.hash, () => isMined(relay))) mined += 1
  return { open: relays.length - mined, mined }
}

/** What the database refuses of one transaction holds up none behind it; a chain that does not answer ends the round. */
async function apart(hash: `0x${string}`, track: () => Promise<boolean>): Promise<boolean> {
  try {
    return await track()
  } catch (error) {
    if (!isDatabaseError(error)) throw error
    log.error({ hash, error: describeDatabaseError(error) }, 'a relayed transaction cannot be recorded')
    return false
  }
}

/**
 * A block that is gone took its transactions with it, the newest first: nonces are mined in their order, so all before one that is still
 * there are there as well, and a quiet round asks once whatever was mined. What was given up may be in a block all the same, when the node
 * that counted the nonces was ahead of the one that had the receipts; its fee counts.
 */
async function lookAgain({ chainId, relayer }: Relayer) {
  const ended = await listRecentlyEnded({ chainId, relayer })
  for (const { hash, status } of ended) if (status === 'dropped') await apart(hash, () => recordMined(hash))
  for (const { hash, status } of ended) {
    if (status !== 'mined') continue
    if (await getTransactionReceipt(hash)) return
    log.warn({ relayer, hash }, 'a relayed transaction was reorganised away; the same bytes are sent again')
    await apart(hash, () => reopen({ chainId, hash }))
  }
}

/**
 * A nonce that the chain has yet to mine and that counts as over is a gap before all that is open behind it: mined so long ago that
 * nobody looked any more, or given up while a reorganisation took it away. Its bytes are sent again. Payouts that were given up are not: they are
 * in another transaction by now, or wait because they are stopped.
 */
async function reopenLost({
  chainId,
  relayer,
  minedNonce,
  paying,
}: Relayer & { minedNonce: bigint; paying: Paying }): Promise<boolean> {
  let isReopened = false
  for (const lost of await listLost({ chainId, relayer, minedNonce })) {
    const { nonce, hash } = lost
    const isOpen = await apart(hash, async () => {
      // The count may have been read from a node that is behind.
      if (await recordAnyMined({ chainId, relayer, nonce })) return false
      if (lost.isGivenUp) {
        await fillInsteadOf(lost, paying, 'given_up')
        return true
      }
      log.warn(
        { relayer, nonce: nonce.toString(), hash },
        'a nonce that counted as over is not mined; its bytes are sent again',
      )
      return reopen({ chainId, hash })
    })
    isReopened ||= isOpen
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

async function trackRelay(relay: RelayTransaction, round: Round): Promise<boolean> {
  const { minedNonce, head, paying } = round
  if (await recordMined(relay.hash)) return true
  if (relay.nonce >= minedNonce + BigInt(UNREACHABLE_AHEAD)) {
    await giveUp(relay, 'a relayed transaction has a nonce from a false count')
    return false
  }
  const blocksSinceNext = relay.waitsSinceBlock === null ? null : head - relay.waitsSinceBlock
  if (blocksSinceNext === null && relay.nonce === minedNonce && relay.secondsSinceSent !== null) {
    await markNext({ id: relay.id, block: head })
  }
  const step = decideRelayStep({ ...relay, blocksSinceNext }, minedNonce)
  if (step === 'replaced') return settleReplaced(relay)
  if (step === 'bump') await raiseFee(relay, paying)
  if (step === 'resend') await resend(relay, round)
  return false
}

/**
 * A replacement that no node has accepted, as after a crash, may be more than the relayer can pay. Bytes that none has accepted before others
 * wait behind them may be less than a block takes by now; or they are what no node will ever take, as a batch that the relayer cannot pay for.
 */
async function resend(relay: RelayTransaction, { minedNonce, paying }: Round): Promise<void> {
  const outcome = await sendStored(relay)
  if (outcome === 'stopped') return fillInsteadOf(relay, paying, 'stopped')
  if (outcome === 'sent' || relay.secondsSinceSent !== null || (await returnToSent(relay.id))) return
  if (relay.nonce !== minedNonce || relay.secondsSinceStored < BUMP_AFTER_SECONDS) return
  const isRefused = relay.purpose === 'payout' && relay.secondsSinceStored >= REFUSED_FOR_SECONDS
  await (isRefused ? fillInsteadOf(relay, paying, 'refused') : raiseFeeOfUnsent(relay, paying))
}

/** Its nonce is mined, with one of the bytes that it was sent with, or with others. */
async function settleReplaced(relay: RelayTransaction): Promise<boolean> {
  const { chainId } = env().NETWORK
  if (await recordAnyMined({ chainId, relayer: relay.relayer, nonce: relay.nonce })) return true
  // Counted before its receipt was asked for: a reorganisation in between makes a transaction that is only to be sent again look lost.
  if (relay.nonce >= (await getMinedNonce(relay.relayer))) return false
  await giveUp(relay, 'relayed transaction lost its nonce')
  return false
}

async function giveUp({ id, relayer, nonce, hash }: RelayTransaction, why: string): Promise<void> {
  log.warn({ relayer, nonce: nonce.toString(), hash }, why)
  await markDropped(id)
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
