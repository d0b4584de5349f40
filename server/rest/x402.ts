import { checksummed } from '@/domain/address'
import { formatUsdc, type Usdc } from '@/domain/money'
import { findJsonNumber, parseUsdNumber } from '@/domain/usd-number'
import {
  DEFAULT_X402_TOPUP,
  MAX_X402_TOPUP,
  MIN_X402_TOPUP,
  type X402TopupView,
  x402PendingView,
  x402TopupInput,
  x402TopupView,
} from '@/domain/x402'
import { usd } from '@/server/balance'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import {
  buildPaymentRequired,
  encodePaymentRequired,
  isX402Enabled,
  noOffer,
  offerAgain,
  type PaymentRequest,
  paymentHeader,
  type SettledPayment,
  settlePayment,
} from '@/server/x402'
import { answerJson } from './answer'
import { defineRoute, type RestApp } from './define-route'
import { answerHeaders, topUpHeaders } from './documented-headers'

const PATH = '/api/v1/balance/topup/x402'
const RETRY_SECONDS = '5'

export function addX402Routes(app: RestApp): void {
  defineRoute(app, {
    method: 'post',
    path: PATH,
    tag: 'Balance',
    summary: 'Top up the virtual balance by x402',
    description:
      'Without a payment it answers 402 with the PAYMENT-REQUIRED header (x402 v2). The same body with PAYMENT-SIGNATURE settles and credits. amount_usd is 2.50 to 500 with at most 6 decimals, default 5. Without a bearer the payer’s oldest linked agent is credited, or one is minted whose bearer is in the first answer only; who misses it recovers it with wallet-register.',
    auth: 'optional-agent',
    isEnabled: isX402Enabled,
    headers: topUpHeaders,
    body: x402TopupInput,
    answers: {
      200: {
        description: 'Settled and credited; PAYMENT-RESPONSE holds the receipt',
        schema: x402TopupView,
        headers: answerHeaders('PAYMENT-RESPONSE'),
      },
      202: {
        description: 'Sent and not settled yet; the same request again answers what became of it',
        schema: x402PendingView,
        headers: answerHeaders('Retry-After'),
      },
    },
    errors: [
      'UNSUPPORTED_CHAIN',
      'payment_required',
      'payment_invalid',
      'payment_mismatch',
      'payment_failed',
      'PERMIT2_ALLOWANCE_REQUIRED',
      'signup_closed',
      'rate_limited',
    ],
    idempotency:
      'The payment’s nonce is the key: the same one again answers the same credit, without a bearer.',
    handle: async ({ request, body, text, optionalAgent }) => {
      assertChain(body.chain_id)
      const amount = readAmount(text, body.amount_usd !== undefined)
      const resourceUrl = new URL(PATH, env().APP_ORIGINS[0] ?? request.url).toString()
      const header = paymentHeader(request)
      const description = `Top up the virtual balance by ${formatUsdc(amount)} USDC`
      const asked = { amount, resourceUrl, description }
      if (header === null) throw await askFor(asked)
      const expected = { amount, resourceUrl, purpose: 'topup' as const, agent: optionalAgent }
      const outcome = await settlePayment({ header, expected }).catch(async (thrown: unknown) => {
        throw await offerAgain(thrown, asked)
      })
      if (outcome.status === 'settled') {
        const headers = { 'payment-response': outcome.paymentResponse }
        return answerJson(toView(outcome), { headers })
      }
      const pending = { status: outcome.status, topup_id: outcome.paymentId }
      return answerJson(pending, { status: 202, headers: { 'retry-after': RETRY_SECONDS } })
    },
  })
}

function assertChain(chainId: number | undefined): void {
  const { NETWORK } = env()
  if (chainId === undefined || chainId === NETWORK.chainId) return
  throw new AppError('UNSUPPORTED_CHAIN', `Pay on chain ${NETWORK.chainId} (${NETWORK.chainName}).`, {
    param: 'chain_id',
    details: { supported: [NETWORK.chainId] },
  })
}

/** The amount exactly as it is written, not as a float has it. */
function readAmount(text: string, isGiven: boolean): Usdc {
  if (!isGiven) return DEFAULT_X402_TOPUP
  const amount = parseUsdNumber(findJsonNumber(text, 'amount_usd') ?? '')
  if (amount !== null && amount >= MIN_X402_TOPUP && amount <= MAX_X402_TOPUP) return amount
  const message = `Must be from ${formatUsdc(MIN_X402_TOPUP)} to ${formatUsdc(MAX_X402_TOPUP)}, with at most 6 decimals.`
  throw new AppError('invalid_request', 'Correct amount_usd.', {
    param: 'amount_usd',
    errors: [{ path: 'amount_usd', message }],
  })
}

async function askFor(asked: PaymentRequest): Promise<AppError> {
  const offer = await buildPaymentRequired(asked)
  if (!offer) return noOffer(asked.amount)
  const { x402Version, accepts, resource } = offer
  return new AppError(
    'payment_required',
    `Sign one entry of accepts and send the same body again with PAYMENT-SIGNATURE to add ${formatUsdc(asked.amount)} USDC.`,
    {
      details: { x402Version, resource, accepts },
      headers: { 'payment-required': encodePaymentRequired(offer) },
    },
  )
}

function toView(settled: SettledPayment): X402TopupView {
  return {
    topup_id: settled.paymentId,
    tx_hash: settled.txHash,
    chain_id: env().NETWORK.chainId,
    payer: checksummed(settled.payer),
    amount_usd: usd(settled.amount),
    amount_atomic: settled.amount.toString(),
    credited_at: settled.creditedAt.toISOString(),
    virtual_balance_usd: usd(settled.balance),
    agent_id: settled.agentId,
    ...(settled.bearer === null ? {} : { bearer: settled.bearer }),
  }
}
