import { describeRpcError, isSettlementSeenTwice, readChainEnds, type X402Settlement } from '@/server/chain'
import { log } from '@/server/core/log'
import { chooseFacilitators } from './choose-facilitators'
import {
  claimDuePayments,
  type DuePayment,
  markFailed,
  markSettled,
  releasePayment,
} from './due-payment-repository'
import type { Facilitator } from './facilitator'
import { findSettlement } from './find-settlement'
import { isNonceUsedForGood } from './is-nonce-used-for-good'
import { needsSecondEndpoint } from './list-offers'

const BATCH = 20
/** Longer than a remote facilitator may take; a worker that dies is replaced after it. */
const LEASE_SECONDS = 40
/** What is on its way is looked at twice a block, what can only wait for its end ten times less often. */
const ON_ITS_WAY_SECONDS = 0.4
const WAITING_SECONDS = 5

type Step = 'ended' | 'on_its_way' | 'waiting' | 'to_send'

/**
 * One round over due payments: book what the chain shows as settled, send what is new, fail what is provably dead. The chain
 * is asked before anything is decided, so that a round which is repeated or interrupted changes nothing twice, and a
 * settlement whose answer was lost, or that a stranger sent, is credited like any other.
 */
export async function settleDuePayments({
  facilitators = chooseFacilitators(),
}: {
  facilitators?: readonly Facilitator[]
} = {}): Promise<{ claimed: number; ended: number }> {
  const due = await claimDuePayments({ limit: BATCH, leaseSeconds: LEASE_SECONDS })
  const steps = await Promise.all(due.map((payment) => guarded(payment, () => advance(payment))))
  const sent = await sendAll(
    due.filter((_, index) => steps[index] === 'to_send'),
    facilitators,
  )
  await Promise.all(
    due.map((payment, index) => release(payment, sent.get(payment.id) ?? steps[index] ?? 'waiting')),
  )
  return { claimed: due.length, ended: steps.filter((step) => step === 'ended').length }
}

/** The relayer's nonces are taken one after the other; others' answers take seconds and are awaited together. */
async function sendAll(
  payments: readonly DuePayment[],
  facilitators: readonly Facilitator[],
): Promise<Map<string, Step>> {
  const steps = new Map<string, Step>()
  const sendOne = async (payment: DuePayment) => {
    steps.set(payment.id, await guarded(payment, () => send(payment, facilitators)))
  }
  const inTurn = async () => {
    for (const payment of payments.filter(({ facilitator }) => facilitator === 'relayer'))
      await sendOne(payment)
  }
  const remote = payments.filter(({ facilitator }) => facilitator !== 'relayer')
  await Promise.all([inTurn(), ...remote.map(sendOne)])
  return steps
}

function release(payment: DuePayment, step: Step): Promise<void> {
  const dueInSeconds = step === 'waiting' ? WAITING_SECONDS : step === 'ended' ? 0 : ON_ITS_WAY_SECONDS
  return releasePayment(payment, { dueInSeconds })
}

/** The chain or a facilitator that does not answer leaves the payment unknown, not failed: the row falls due again. */
async function guarded(payment: DuePayment, work: () => Promise<Step>): Promise<Step> {
  try {
    return await work()
  } catch (error) {
    log.warn({ payment: payment.id, error: describeRpcError(error) }, 'x402 payment waits for an answer')
    return 'waiting'
  }
}

async function advance(payment: DuePayment): Promise<Step> {
  const search = await findSettlement(payment)
  if (search.kind === 'found') return settle(payment, search.settlement)
  if (search.kind === 'missing') return 'on_its_way'
  if (search.kind === 'elsewhere') {
    await markFailed(payment, 'nonce_used_elsewhere')
    return 'ended'
  }
  const { head, final } = await readChainEnds()
  if (head.timestamp < payment.validBefore) return 'to_send'
  // Past its time at a final block and unused there: nobody can use it any more.
  if (final.timestamp < payment.validBefore || (await isNonceUsedForGood(payment))) return 'waiting'
  await markFailed(payment, 'authorization_expired')
  return 'ended'
}

/** One block is enough up to 100 USDC, since a reorganisation is noticed and reversed; above, a second endpoint must agree. */
async function settle(payment: DuePayment, settlement: X402Settlement): Promise<Step> {
  if (needsSecondEndpoint(settlement.amount) && !(await isSettlementSeenTwice(settlement, payment))) {
    return 'on_its_way'
  }
  const isOurs = await markSettled(payment, settlement)
  return isOurs ? 'ended' : 'waiting'
}

async function send(payment: DuePayment, facilitators: readonly Facilitator[]): Promise<Step> {
  const facilitator = facilitators.find(({ name }) => name === payment.facilitator)
  if (!facilitator) {
    log.warn(
      { payment: payment.id, facilitator: payment.facilitator },
      'the facilitator of an x402 payment is no longer configured',
    )
    return 'waiting'
  }
  return (await facilitator.settle(payment)) ? 'on_its_way' : 'waiting'
}
