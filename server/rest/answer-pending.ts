import { answerJson } from './answer'
import type { PendingPayment } from './collect-payment'

const RETRY_SECONDS = '5'

/** 202 while an x402 payment is on its way: the same request with the same payment again answers what became of it. */
export function answerPending({ paymentId }: PendingPayment): Response {
  return answerJson(
    { status: 'pending', payment_id: paymentId },
    { status: 202, headers: { 'retry-after': RETRY_SECONDS } },
  )
}
