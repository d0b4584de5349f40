import type { Network, SettleResponse } from '@x402/core/types'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import { acceptPayment } from './accept-payment'
import { chooseFacilitators } from './choose-facilitators'
import type { ExpectedPayment } from './expected-payment'
import type { Facilitator } from './facilitator'
import { isX402Enabled } from './is-x402-enabled'
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
  const accepted = await acceptPayment({ header, expected, facilitators })
  const { payer } = accepted
  const common = { paymentId: accepted.id, payer }
  const ended = await waitForEnd(accepted.id, { milliseconds: waitMilliseconds })
  if (!ended) return { status: 'pending', ...common }
  if (ended.status === 'failed') throw paymentFailed(ended, payer)
  return {
    status: 'settled',
    ...common,
    paymentResponse: settledResponse(ended, payer),
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

function paymentFailed({ failureReason }: EndedPayment, payer: string): AppError {
  const reason = failureReason ?? 'unknown'
  const response = { success: false, errorReason: reason, payer, transaction: '', network: network() }
  return new AppError(
    'payment_failed',
    `The payment was not settled and never will be (${reason}); nothing was taken. Sign a new one.`,
    { details: { reason }, headers: { 'payment-response': encodeHeader(response) } },
  )
}

function settledResponse({ txHash, settledAmount }: EndedPayment, payer: string): string {
  const amount = settledAmount.toString()
  return encodeHeader({ success: true, payer, transaction: txHash, network: network(), amount })
}

function encodeHeader(response: SettleResponse): string {
  return Buffer.from(JSON.stringify(response)).toString('base64')
}

function network(): Network {
  return `eip155:${env().NETWORK.chainId}`
}
