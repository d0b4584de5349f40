import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import { waitFor } from '@/server/relayer'
import { type Decisions, type DuePayout, isSigned, type SignedPayout } from './due-payout'
import { claimDuePayouts, releasePayouts, renewLeases } from './due-payout-repository'
import { followPayouts } from './follow-payouts'
import { reportWaiting } from './report-payout'
import { sendPayouts } from './send-payouts'
import { signPayouts } from './sign-payouts'

/** One transaction carries them, and each step is one round trip whatever their number. */
const LIMIT = 100
const WATCH_LIMIT = 200
/** While many are due one round signs and another waits for database and chain. */
const LANES = 2
/** Renewed before each step of a round; a worker that dies is replaced after it. */
const LEASE_SECONDS = 20
/** An endpoint that did not answer is asked again. */
const UNANSWERED = waitFor('chain', 1)

let running: Promise<void> | undefined
let isAskedAgain = false

/**
 * Rounds over due payouts until none is left that can move at once. Who asks while they run gets another round behind them. Any
 * number of processes may do it.
 */
export function advancePayouts(): Promise<void> {
  isAskedAgain = true
  running ??= advanceWhileAsked().finally(() => {
    running = undefined
  })
  return running
}

async function advanceWhileAsked(): Promise<void> {
  while (isAskedAgain) {
    isAskedAgain = false
    const { isFull } = await advanceDuePayouts()
    if (isFull) await Promise.all(Array.from({ length: LANES }, advanceUntilDone))
  }
}

async function advanceUntilDone(): Promise<void> {
  for (;;) {
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
  })
  if (due.length === 0) return { isFull: false }
  const decisions: Decisions = new Map()
  const step = createStep(due)
  const unsigned = due.filter(({ status }) => status === 'authorized' || status === 'signing')
  const fresh = await step(() => signPayouts(unsigned, decisions))
  const signed = due.filter((payout): payout is SignedPayout => isSigned(payout))
  const open = await step(() => followPayouts(signed, decisions))
  await step(async () => {
    await sendPayouts([...fresh, ...open], decisions)
    return []
  })
  for (const { id } of due) if (!decisions.has(id)) decisions.set(id, UNANSWERED)
  await reportWaiting(due, decisions)
  await releasePayouts(
    due.map(({ id, leaseVersion }) => {
      const next = decisions.get(id)
      return { id, leaseVersion, ...(next?.isOpen ? next : { waitingFor: null, retrySeconds: 0 }) }
    }),
  )
  const watched = due.filter(({ status }) => status === 'confirmed' || status === 'failed').length
  // As many as were asked for: there may be more.
  return { isFull: watched >= WATCH_LIMIT || due.length - watched >= LIMIT }
}

/** An error in a step is unknown, not failed: what it had not decided falls due again. */
function createStep(due: readonly DuePayout[]) {
  let heldSince = performance.now()
  return async (work: () => Promise<SignedPayout[]>): Promise<SignedPayout[]> => {
    try {
      if (performance.now() - heldSince > (LEASE_SECONDS * 1000) / 4) {
        await renewLeases(due, LEASE_SECONDS)
        heldSince = performance.now()
      }
      return await work()
    } catch (error) {
      log.warn({ payouts: due.length, error: (error as Error).message }, 'payouts wait for the chain')
      return []
    }
  }
}
