import type { PaymentPayload } from '@x402/core/types'
import { storedAddress } from '@/domain/address'
import { hashAgentToken, newAgentId, newAgentToken, shownPrefix } from '@/server/agents'
import { assertMaySignUp } from '@/server/auth'
import { readHead } from '@/server/chain'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import { assertVerified } from './assert-verified'
import { decodePayment, type SignedPayment } from './decode-payment'
import type { ExpectedPayment, PaidCharge } from './expected-payment'
import type { Facilitator } from './facilitator'
import { listOffers, noOffer, type Offer } from './list-offers'
import { type KnownScheme, matchOffer, termsOf } from './match-offer'
import {
  findPayment,
  hasPayerAccount,
  type KnownPayment,
  type PaymentKey,
  type StoredCharge,
  storePayment,
} from './payment-repository'

type Acceptance = {
  /** The signed payment as it came. */
  header: string
  expected: ExpectedPayment
  facilitators: readonly Facilitator[]
}

export type AcceptedPayment = {
  id: string
  payer: `0x${string}`
  /** The secret of an agent that the payment may mint; the first caller gets it, and nobody after. */
  takeToken: () => string | null
}

/** A reorganisation this deep can move a settlement to an earlier block than the one it was verified at. */
const SEARCH_MARGIN_BLOCKS = 32n

/** An agent has a few at once; more are a script that burns the relayer's gas. */
const MAX_OPEN_PAYMENTS = 20

// The same header many times at once is verified and stored once; the rest wait for that.
const accepting = new Map<string, Promise<AcceptedPayment>>()

/**
 * Verifies and stores a payment, or finds it stored. Throws what `decodePayment`, `matchOffer` and `assertVerified` throw,
 * `payment_mismatch` when the nonce was stored for something else, `unauthenticated`, `rate_limited`,
 * `agent_monthly_limit_exceeded`, `signup_closed`.
 */
export async function acceptPayment(acceptance: Acceptance): Promise<AcceptedPayment> {
  const { header, expected } = acceptance
  const { amount, purpose, resourceUrl } = expected
  const flight = JSON.stringify([
    header,
    callerOf(expected)?.agentId,
    amount.toString(),
    purpose,
    resourceUrl,
    expected.purpose === 'charge' ? toStoredCharge(expected.charge) : null,
  ])
  const running = accepting.get(flight)
  if (running) return running
  const started = accept(acceptance).finally(() => accepting.delete(flight))
  accepting.set(flight, started)
  return started
}

/** What is stored is looked up before anything is offered: offers change, and a payment that was accepted stays accepted. */
async function accept({ header, expected, facilitators }: Acceptance): Promise<AcceptedPayment> {
  const signed = decodePayment(header)
  const known = signed.scheme === 'unknown' ? null : await findPayment(keyOf(signed))
  if (known) return repeat(known, { signed, expected })
  const offers = await listOffers(expected.amount, facilitators)
  if (offers.length === 0) throw noOffer(expected.amount)
  const { offer, payment } = matchOffer(signed, { offers, resourceUrl: expected.resourceUrl })
  return store(payment, { offer, expected })
}

type Accepted = { offer: Offer; expected: ExpectedPayment }

async function store(signed: KnownScheme, { offer, expected }: Accepted): Promise<AcceptedPayment> {
  const terms = termsOf(signed)
  const key = keyOf(signed)
  const { payer } = key
  const payment = toPayment(signed, { offer, expected })
  const head = await assertVerified(payment, { offer, terms, head: await readHead() })
  const caller = callerOf(expected)
  if (!caller && !(await hasPayerAccount(payer))) await assertMaySignUp(storedAddress(payer))
  const token = caller ? null : newAgentToken()
  const stored = await storePayment({
    ...key,
    amount: expected.amount,
    payTo: storedAddress(offer.requirements.payTo),
    purpose: expected.purpose,
    agent: caller,
    charge: expected.purpose === 'charge' ? toStoredCharge(expected.charge) : null,
    payload: payment,
    requirements: offer.requirements,
    facilitator: offer.facilitator.name,
    validBefore: terms.validBefore,
    searchFrom: head.number > SEARCH_MARGIN_BLOCKS ? head.number - SEARCH_MARGIN_BLOCKS : 0n,
    minted: token === null ? null : mintWith(token),
    maxOpen: MAX_OPEN_PAYMENTS,
  })
  if (stored.outcome === 'unauthenticated') throw new AppError('unauthenticated')
  if (stored.outcome === 'too_many_open') throw tooManyOpen()
  if (stored.outcome === 'limit_exceeded') throw limitExceeded(stored)
  if (stored.outcome === 'stored') return { id: stored.id, payer, takeToken: onceOnly(token) }
  // Another process stored it between our look and our insert.
  const other = await findPayment(key)
  if (!other) throw new AppError('internal_error')
  return repeat(other, { signed, expected })
}

function callerOf(expected: ExpectedPayment) {
  return expected.purpose === 'charge' ? expected.charge.agent : expected.agent
}

function keyOf(signed: KnownScheme): PaymentKey {
  const { payer, nonce } = termsOf(signed)
  const asset = storedAddress(env().USDC_ADDRESS)
  return { chainId: env().NETWORK.chainId, asset, scheme: signed.scheme, payer, nonce }
}

/** What the facilitator is given and the row keeps: our own terms, and the payer's signed part as it came. */
function toPayment({ envelope }: KnownScheme, { offer, expected }: Accepted): PaymentPayload {
  return {
    x402Version: 2,
    resource: { url: expected.resourceUrl },
    accepted: offer.requirements,
    payload: envelope.payload,
  }
}

type Repeat = { signed: SignedPayment; expected: ExpectedPayment }

/**
 * The same payment again answers what became of it, to the same caller and for the same thing; anything else is refused. It is
 * judged by what it was accepted for: a price and a facilitator may be others by now.
 */
function repeat(known: KnownPayment, { signed, expected }: Repeat): AcceptedPayment {
  const { payment } = matchOffer(signed, { offers: [known], resourceUrl: known.resourceUrl })
  const { payer, signature } = termsOf(payment)
  const caller = callerOf(expected)
  const isSameCaller = known.isForPayer ? !caller : known.agentId === caller?.agentId
  const isSameThing =
    expected.purpose === 'topup'
      ? known.purpose === 'topup' && known.amount === expected.amount
      : isSameCharge(known.charge, expected.charge)
  if (!isSameCaller || !isSameThing || known.signature.toLowerCase() !== signature) {
    throw new AppError('payment_mismatch', 'This nonce has been used for another payment. Sign a new one.', {
      details: { differs: ['payload.nonce'] },
    })
  }
  return { id: known.id, payer, takeToken: () => null }
}

function isSameCharge(stored: StoredCharge | null, charge: PaidCharge): boolean {
  return (
    stored !== null &&
    stored.earnerWorkspaceId === charge.earnerWorkspaceId &&
    stored.reference === charge.reference &&
    stored.apiId === (charge.apiId ?? null) &&
    stored.idempotencyKey === charge.idempotencyKey &&
    stored.requestHash === (charge.requestHash?.toString('hex') ?? null)
  )
}

function toStoredCharge(charge: PaidCharge): StoredCharge {
  const { earnerWorkspaceId, reference, description, apiId, idempotencyKey, requestHash, servingSeconds } =
    charge
  return {
    earnerWorkspaceId,
    reference,
    description: description ?? null,
    apiId: apiId ?? null,
    idempotencyKey,
    requestHash: requestHash?.toString('hex') ?? null,
    servingSeconds: servingSeconds ?? null,
  }
}

function mintWith(token: string) {
  return { agentId: newAgentId(), tokenHash: hashAgentToken(token), tokenPrefix: shownPrefix(token) }
}

function onceOnly(token: string | null): () => string | null {
  let left = token
  return () => {
    const taken = left
    left = null
    return taken
  }
}

function tooManyOpen(): AppError {
  return new AppError(
    'rate_limited',
    `${MAX_OPEN_PAYMENTS} payments of this wallet are on their way already. Wait until one has ended.`,
    { retryAfterSeconds: 5 },
  )
}

function limitExceeded({ limit, spent }: { limit: bigint; spent: bigint }): AppError {
  return new AppError(
    'agent_monthly_limit_exceeded',
    "The charge would pass the agent's monthly limit. Ask its workspace to raise the limit.",
    { details: { limit: limit.toString(), spent: spent.toString() } },
  )
}
