import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import { acceptPayment } from './accept-payment'
import { chooseFacilitators } from './choose-facilitators'
import { decodePayment } from './decode-payment'
import type { ExpectedPayment } from './expected-payment'
import type { Facilitator } from './facilitator'
import { isX402Enabled } from './is-x402-enabled'
import { listOffers } from './list-offers'
import { matchOffer } from './match-offer'
import { type EndedPayment, takePayment } from './payment-repository'
import { waitForEnd } from './wait-for-end'

type Common = { paymentId: string; payer: `0x${string}` }

export type SettledPayment = Common & {
  status: 'settled'
  /** Base64 for the PAYMENT-RESPONSE header. */
  paymentResponse: string
  txHash: `0x${string}`
  /** What arrived, in micro USDC. */
  amount: bigint
  agentId: string
  /** Null for a top-up, and for a charge whose idempotency key was charged meanwhile: that money is the agent's balance now. */
  chargeId: string | null
  creditedAt: Date
  /** The agent's virtual balance right after it. */
  balance: bigint
  /** True for exactly one caller of a charge, ever: only that one may serve what was paid. */
  isFirst: boolean
  /** The token of an agent that this payment made; in the first answer only. */
  bearer: string | null
}

/** `pending` is unknown after the wait: the worker finishes it, and the same header again answers what became of it. */
export type PaymentOutcome = SettledPayment | (Common & { status: 'pending' })

type SettlePayment = {
  header: string
  expected: ExpectedPayment
  facilitators?: readonly Facilitator[]
  waitMilliseconds?: number
}

/** A top-up usually ends within two blocks; clients and balancers in between give up at 30 s. */
const WAIT_MILLISECONDS = 25_000

/**
 * Settles a signed x402 payment (the value of PAYMENT-SIGNATURE) for exactly what is expected: verified, stored, sent by the
 * worker, and awaited for up to 25 s. The same header again answers the same outcome and pays nothing. Throws
 * `payment_invalid`, `payment_mismatch`, `payment_failed`, `PERMIT2_ALLOWANCE_REQUIRED`, `feature_disabled`,
 * `unauthenticated`, `agent_monthly_limit_exceeded`, `signup_closed`, `dependency_unavailable`.
 */
export async function settlePayment({
  header,
  expected,
  facilitators = chooseFacilitators(),
  waitMilliseconds = WAIT_MILLISECONDS,
}: SettlePayment): Promise<PaymentOutcome> {
  if (!isX402Enabled()) throw new AppError('feature_disabled', 'x402 payments are off on this deployment.')
  const payment = decodePayment(header)
  const { resourceUrl } = expected
  const { offer, terms } = matchOffer(payment, {
    offers: await listOffers(expected.amount, facilitators),
    resourceUrl,
  })
  const accepted = await acceptPayment({ envelope: payment.envelope, offer, terms, expected })
  const common = { paymentId: accepted.id, payer: terms.payer }
  const ended = await waitForEnd(accepted.id, { milliseconds: waitMilliseconds })
  if (!ended) return { status: 'pending', ...common }
  if (ended.status === 'failed') throw paymentFailed(ended)
  return {
    status: 'settled',
    ...common,
    paymentResponse: encodePaymentResponse({ ...ended, payer: terms.payer }),
    txHash: ended.txHash,
    amount: ended.settledAmount,
    agentId: ended.agentId,
    chargeId: ended.chargeId,
    creditedAt: ended.creditedAt,
    balance: ended.balanceAfter,
    isFirst: ended.chargeId !== null && (await takePayment(ended.id)),
    bearer: ended.isMinted ? accepted.takeToken() : null,
  }
}

function paymentFailed({ failureReason }: EndedPayment): AppError {
  const reason = failureReason ?? 'unknown'
  return new AppError(
    'payment_failed',
    `The payment was not settled and never will be (${reason}); nothing was taken. Sign a new one.`,
    { details: { reason } },
  )
}

type Response = Pick<EndedPayment, 'txHash' | 'settledAmount'> & { payer: string }

function encodePaymentResponse({ txHash, settledAmount, payer }: Response): string {
  const network = `eip155:${env().NETWORK.chainId}`
  const response = { success: true, payer, transaction: txHash, network, amount: settledAmount.toString() }
  return Buffer.from(JSON.stringify(response)).toString('base64')
}
