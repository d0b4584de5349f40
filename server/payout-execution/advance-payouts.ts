import { describeRpcError } from '@/server/chain'
import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import { waitFor } from '@/server/relayer'
import { type Decisions, type DuePayout, isSigned, type SignedPayout } from './due-payout'
import { claimDuePayouts, releasePayouts, renewLeases } from './due-payout-repository'
import { followPayouts, NOTHING } from './follow-payouts'
import { reportWaiting } from './report-payout'
import { sendPayouts } from './send-payouts'
import { settleDoubtful } from './settle-doubtful'
import { signPayouts } from './sign-payouts'

/** One transaction carries them, and each step is one round trip whatever their number. */
const LIMIT = 100
const WATCH_LIMIT = 200
/** While many are due one round signs and another waits for database and chain. */
const LANES = 2
/** Renewed while a round runs; a worker that dies is replaced after it. */
export const LEASE_SECONDS = 20
/** An endpoint that did not answer is asked again. */
const UNANSWERED = waitFor('chain', 1)

let running: Promise<void> | undefined
let isAskedAgain = false
let stopping: AbortSignal | undefined

/**
 * Rounds over due payouts until none is left that can move at once, which under load is never: who waits for it must have nothing
 * else to do. Who asks while they run gets another round behind them; they end early when `signal` says so. Any number of processes
 * may do it.
 */
export function advancePayouts(signal?: AbortSignal): Promise<void> {
  isAskedAgain = true
  stopping = signal ?? stopping
  running ??= advanceWhileAsked().finally(() => {
    running = undefined
  })
  return running
}

async function advanceWhileAsked(): Promise<void> {
  while (isAskedAgain && !stopping?.aborted) {
    isAskedAgain = false
    const { isFull } = await advanceDuePayouts()
    if (isFull) await Promise.all(Array.from({ length: LANES }, advanceUntilDone))
  }
}

async function advanceUntilDone(): Promise<void> {
  while (!stopping?.aborted) {
    const { isFull } = await advanceDuePayouts()
    if (!isFull) return
  }
}

/**
 * One round: reserve and sign what is authorized, follow what is signed, send what should be, and give everything back with what it
 * waits for. The chain is asked before anything is decided, so a round that is repeated or interrupted pays nothing twice.
 */
export async function advanceDuePayouts(): Promise<{ isFull: boolean }> {
  const due = await claimDuePayouts({
    chainId: env().NETWORK.chainId,
    limit: LIMIT,
    watchLimit: WATCH_LIMIT,
    leaseSeconds: LEASE_SECONDS,
    timeoutSeconds: env().PAYOUT_CONFIRMATION_TIMEOUT_SECONDS,
    gasAllowance: env().GAS_ALLOWANCE_WEI_PER_DAY,
  })
  if (due.length === 0) return { isFull: false }
  const lease = holdLeases(due)
  try {
    const decisions = await decide(due)
    await reportWaiting(due, decisions)
    await releasePayouts(
      due.map(({ id, leaseVersion }) => {
        const next = decisions.get(id)
        return { id, leaseVersion, ...(next?.isOpen ? next : { waitingFor: null, retrySeconds: 0 }) }
      }),
    )
  } finally {
    lease.release()
  }
  const watched = due.filter(({ status }) => status === 'confirmed' || status === 'failed').length
  // As many as were asked for: there may be more.
  return { isFull: watched >= WATCH_LIMIT || due.length - watched >= LIMIT }
}

async function decide(due: readonly DuePayout[]): Promise<Decisions> {
  const decisions: Decisions = new Map()
  const signed = due.filter((payout): payout is SignedPayout => isSigned(payout))
  const unsigned = due.filter(({ status }) => status === 'authorized' || status === 'signing')
  const alreadySigned = signed.filter(({ status }) => status === 'signed').length
  const fresh = await attempt(() => signPayouts(unsigned, decisions, { alreadySigned }), [])
  const { sendable, doubtful } = await attempt(() => followPayouts(signed, decisions), NOTHING)
  await attempt(() => sendPayouts([...fresh, ...sendable], decisions), undefined)
  await attempt(() => settleDoubtful(doubtful, decisions), undefined)
  for (const { id } of due) if (!decisions.has(id)) decisions.set(id, UNANSWERED)
  return decisions
}

/** An error in a step is unknown, not failed: what it had not decided falls due again. */
async function attempt<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work()
  } catch (error) {
    log.warn({ error: describeRpcError(error) }, 'payouts wait for the chain')
    return otherwise
  }
}

/** Renews the leases while the round runs, however long one of its steps takes; a worker that dies is replaced after the last. */
function holdLeases(due: readonly DuePayout[]): { release: () => void } {
  const timer = setInterval(() => {
    renewLeases(due, LEASE_SECONDS).catch((error: Error) =>
      log.warn({ error: error.message }, 'leases of payouts not renewed'),
    )
  }, LEASE_SECONDS * 250)
  return { release: () => clearInterval(timer) }
}
