import { hash } from 'node:crypto'
import { formatUsdc } from '@/domain/money'
import { MIN_X402_PAYMENT } from '@/domain/x402'
import { type AgentCaller, assertLinked } from '@/server/agents'
import {
  assertNotRefused,
  type Charge,
  type ChargeSource,
  chargeAgent,
  routeKey,
  usd,
} from '@/server/balance'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import {
  buildPaymentRequired,
  encodePaymentRequired,
  isX402Enabled,
  offerAgain,
  type PaymentRequest,
  paymentHeader,
  settlePayment,
} from '@/server/x402'

export type Price = {
  /** Micro USDC. */
  amount: bigint
  reference: string
  description?: string | undefined
  /** Who earns it; the agent's own workspace when omitted. */
  earnerWorkspaceId?: string | undefined
  apiId?: string | undefined
  /** An idempotency key counts per agent and this. */
  route: string
  /** What has to be the same for a repeat under one key to be one. */
  fingerprint: string
}

export type Payment = {
  status: 'paid'
  chargeId: string
  source: ChargeSource
  /** What the agent has left, in micro USDC; at a replay what it had left then. */
  balance: bigint
  /** Whether the same key has paid before; nothing was taken again. */
  isReplay: boolean
  /** What the answer has to carry: the receipt of an x402 payment. */
  headers: Record<string, string>
}
/** An x402 payment that is sent and not known to be settled; the same request again answers what became of it. */
export type PendingPayment = { status: 'pending'; paymentId: string }

type Collection = {
  request: Request
  agent: AgentCaller
  price: Price
  idempotencyKey: string | null
  /** Given back unless `markServed` is called within these seconds. */
  servingSeconds?: number
}

/** Printable ASCII of 1 to 255 characters. Throws `idempotency_key_required` unless the header is that. */
export function readIdempotencyKey({ headers }: { headers: Headers }): string {
  const key = headers.get('idempotency-key') ?? ''
  if (/^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/.test(key)) return key
  throw new AppError(
    'idempotency_key_required',
    'Send an Idempotency-Key of 1 to 255 printable characters; a repeat with the same one is charged once.',
  )
}

/**
 * The waterfall: debits the virtual balance; when it is too small, settles the x402 payment that came with the request for
 * exactly the price. Throws `payment_required` (with what x402 accepts), what `assertNotRefused` throws and what
 * `settlePayment` throws. Without a key every call is charged.
 */
export async function collectPayment(collection: Collection): Promise<Payment | PendingPayment> {
  const { request, agent, price } = collection
  const charge = chargeOf(collection)
  const answer = assertNotRefused(await chargeAgent(charge))
  const header = paymentHeader(request)
  // A payment by x402 under this key may have been settled after its answer was lost: who asks first gets what was paid.
  const isPaidByX402 = answer.outcome === 'replayed' && answer.source === 'x402'
  if (header !== null && (answer.outcome === 'insufficient' || isPaidByX402)) {
    return payByX402({ header, asked: askedOf(request, price), agent, charge })
  }
  if (answer.outcome === 'insufficient') throw await paymentRequired(request, price, answer.balance)
  const { chargeId, source, balance, outcome } = answer
  return { status: 'paid', chargeId, source, balance, isReplay: outcome === 'replayed', headers: {} }
}

function chargeOf({ request, agent, price, idempotencyKey, servingSeconds }: Collection): Charge {
  const { route, fingerprint, ...charge } = price
  const { workspaceId } = assertLinked(agent)
  const earnerWorkspaceId = price.earnerWorkspaceId ?? workspaceId
  const header = paymentHeader(request)
  // The same payment sent again is the same call, also without a key of the caller's.
  const key = idempotencyKey ?? (header === null ? null : `payment ${sha256(header).toString('hex')}`)
  return {
    ...charge,
    earnerWorkspaceId,
    agentId: agent.agentId,
    tokenId: agent.tokenId,
    idempotencyKey: key === null ? null : routeKey({ route, key }),
    requestHash: sha256(fingerprint),
    servingSeconds,
  }
}

/** Settles a signed payment for exactly the charge's amount. */
async function payByX402({
  header,
  asked,
  agent,
  charge,
}: {
  header: string
  asked: PaymentRequest
  agent: AgentCaller
  charge: Charge
}): Promise<Payment | PendingPayment> {
  const { amount, ...paid } = charge
  const outcome = await settlePayment({
    header,
    expected: { amount, resourceUrl: asked.resourceUrl, purpose: 'charge', charge: { ...paid, agent } },
  }).catch(async (thrown: unknown) => {
    throw await offerAgain(thrown, asked)
  })
  if (outcome.status === 'pending') return { status: 'pending', paymentId: outcome.paymentId }
  const headers = { 'payment-response': outcome.paymentResponse }
  const { chargeId, balance, isFirst } = outcome
  if (chargeId !== null) {
    return { status: 'paid', chargeId, source: 'x402', balance, isReplay: !isFirst, headers }
  }
  // The key was charged meanwhile: the payment went to the balance, and the charge is the one that stands.
  const known = assertNotRefused(await chargeAgent(charge))
  if (known.outcome === 'insufficient') throw new AppError('payment_failed')
  return { status: 'paid', ...known, isReplay: known.outcome === 'replayed', headers }
}

async function paymentRequired(request: Request, price: Price, balance: bigint): Promise<AppError> {
  const offer = await buildPaymentRequired(askedOf(request, price))
  return new AppError(
    'payment_required',
    `The price is ${formatUsdc(price.amount)} USDC and the virtual balance ${formatUsdc(balance)} USDC: ${waysOf(price, offer !== null)}.`,
    {
      details: {
        billing_reason: balance > 0n ? 'virtual_balance_insufficient' : 'payment_required',
        amount_usd: usd(price.amount),
        virtual_balance_usd: usd(balance),
        x402Version: 2,
        ...(offer ? { resource: offer.resource } : {}),
        accepts: offer?.accepts ?? [],
      },
      headers: offer ? { 'payment-required': encodePaymentRequired(offer) } : {},
    },
  )
}

function waysOf({ amount }: Price, isOffered: boolean): string {
  if (isOffered) return 'top it up, or pay this request by x402'
  if (!isX402Enabled() || amount >= MIN_X402_PAYMENT) return 'top it up'
  return `top it up (x402 pays from ${formatUsdc(MIN_X402_PAYMENT)} USDC on, since settling a payment costs gas)`
}

function askedOf(request: Request, { amount, description, reference }: Price): PaymentRequest {
  return { amount, resourceUrl: resourceUrlOf(request), description: description ?? reference }
}

/** The public address of the route, which may differ from what a proxy in front of us asked for. */
function resourceUrlOf({ url }: Request): string {
  const { pathname, search } = new URL(url)
  return new URL(pathname + search, env().APP_ORIGINS[0] ?? url).toString()
}

function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}
