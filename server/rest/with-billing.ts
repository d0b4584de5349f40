import { type AgentCaller, requireAgent } from '@/server/agents'
import { markServed, refundCharge } from '@/server/balance'
import { AppError } from '@/server/core/app-error'
import { log } from '@/server/core/log'
import { answerPending } from './answer-pending'
import { collectPayment, type Payment, type Price, readIdempotencyKey } from './collect-payment'

// Longer than any handler may take (an upstream has 60 s); who crashes meanwhile has not served, and the worker gives back.
const SERVING_SECONDS = 300

type PricedHandler = (payment: Payment) => Promise<Response>

/**
 * Wraps the handler of a priced route: the calling agent's virtual balance is debited first, else the answer is 402; when the
 * handler throws or answers 5xx, the charge is given back and its idempotency key freed. Throws `unauthenticated`,
 * `payment_required`, `idempotency_conflict` for a key that has already paid for an answer, and what refuses a charge.
 */
export function withBilling(
  price: Price,
): (handler: PricedHandler) => (request: Request, caller?: AgentCaller) => Promise<Response> {
  return (handler) => async (request, caller) => {
    const agent = caller ?? (await requireAgent(request, { isChecked: true }))
    const idempotencyKey = request.headers.has('idempotency-key') ? readIdempotencyKey(request) : null
    const payment = await collectPayment({
      request,
      agent,
      price,
      idempotencyKey,
      servingSeconds: SERVING_SECONDS,
    })
    if (payment.status === 'pending') return answerPending(payment)
    // Answers are not kept, so a second one under the same key would be a second call for one price.
    if (payment.isReplay) {
      throw new AppError(
        'idempotency_conflict',
        `This Idempotency-Key has paid for a call already (charge ${payment.chargeId}); use a new key for another call.`,
        { details: { charge_id: payment.chargeId } },
      )
    }
    return serve({ handler, payment, name: price.route })
  }
}

async function serve({
  handler,
  payment,
  name,
}: {
  handler: PricedHandler
  payment: Payment
  name: string
}): Promise<Response> {
  let response: Response
  try {
    response = await handler(payment)
  } catch (error) {
    await giveBack({ payment, name, reason: error instanceof AppError ? error.code : 'the handler failed' })
    throw error
  }
  const headers = new Headers(response.headers)
  headers.set('bursar-charge-id', payment.chargeId)
  for (const [header, value] of Object.entries(payment.headers)) headers.set(header, value)
  if (response.status >= 500) {
    const isRefunded = await giveBack({ payment, name, reason: `answered ${response.status}` })
    headers.set('bursar-charge-refunded', String(isRefunded))
  } else {
    keep(payment)
  }
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}

/** Not awaited: the answer is there, and the charge is undone only if this never arrives within the time to serve. */
function keep({ chargeId }: Payment): void {
  markServed(chargeId).catch((error: unknown) =>
    log.error({ err: error, chargeId }, 'a served charge is not marked'),
  )
}

/** A refund that fails must not hide why the call failed: it is logged, and a person can give it back in the console. */
async function giveBack({
  payment,
  name,
  reason,
}: {
  payment: Payment
  name: string
  reason: string
}): Promise<boolean> {
  try {
    await refundCharge({ chargeId: payment.chargeId, by: { handler: name }, reason })
    return true
  } catch (error) {
    log.error({ err: error, chargeId: payment.chargeId }, 'a failed call could not be refunded')
    return false
  }
}
