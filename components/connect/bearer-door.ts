import type { Hash } from 'viem'
import { claimView } from '@/domain/deposits'
import { ERRORS } from '@/domain/errors'
import { formatUsdc } from '@/domain/money'
import { RequestError } from '../auth/post-json'
import { type PaymentOffer, type PrepaidAnswer, type PrepayDoor, PrepayRefusal } from '../wallet/flow-ports'
import {
  exactAccept,
  paymentRequired,
  paymentResponse,
  readHeader,
  topUpAnswer,
  topUpPending,
  usdAmount,
} from './deposit-answers'
import { claimWords, paymentWords } from './outcome-words'
import { type AgentResponse, problemOf, requestAgentApi } from './request-agent-api'

const CLAIM = '/api/v1/balance/deposit/claim'
const TOP_UP = '/api/v1/balance/topup/x402'
const DEFAULT_RETRY_SECONDS = 2
/** However long the console says to wait, a person watches: ask at least this often. */
const MAX_RETRY_SECONDS = 15

/** Claims and pays over REST with the agent's bearer. */
export function createBearerDoor({ token, chainId }: { token: string; chainId: number }): PrepayDoor {
  const topUp = (amount: bigint, headers: Record<string, string> = {}) =>
    // Written by hand: the amount is a JSON number and must never have been a float.
    requestAgentApi(TOP_UP, {
      method: 'POST',
      token,
      headers,
      body: `{"amount_usd":${formatUsdc(amount, { style: 'plain' })},"chain_id":${chainId}}`,
    })
  return {
    claim: async (hash) =>
      readClaim(
        await requestAgentApi(CLAIM, {
          method: 'POST',
          token,
          body: JSON.stringify({ tx_hash: hash, chain_id: chainId }),
        }),
        hash,
      ),
    askPayment: async (amount) => readOffer(await topUp(amount)),
    pay: async ({ amount, header }) =>
      readPayment(await topUp(amount, { 'payment-signature': header }), amount),
  }
}

function readClaim(response: AgentResponse, hash: Hash): PrepaidAnswer {
  const { status, answer, headers } = response
  if (status < 400) return creditOf(answer, hash)
  assertAnswered(response)
  const problem = problemOf(answer)
  if (problem?.code === 'CONFIRMATIONS_PENDING') {
    return { ...pendingOf(problem), retryAfterSeconds: retryAfter(headers) }
  }
  return { kind: 'refused', code: problem?.code ?? 'refused', words: claimWords(problem) }
}

/** The credit in the answer to a claim: the sum of what this transaction brought the agent. */
export function creditOf(answer: unknown, hash: Hash): PrepaidAnswer {
  const view = claimView.parse(answer)
  const balance = usdAmount.parse(view.virtual_balance_usd)
  return { kind: 'credited', hash, credit: { amount: view.amount_atomic, balance: balance.toString() } }
}

/** How far a claim is that waits, from the extensions of its problem. */
export function pendingOf(details: Record<string, unknown>): Extract<PrepaidAnswer, { kind: 'pending' }> {
  const { confirmations, awaiting } = details
  return {
    kind: 'pending',
    confirmations: typeof confirmations === 'number' ? confirmations : null,
    awaiting: typeof awaiting === 'string' ? awaiting : null,
    retryAfterSeconds: DEFAULT_RETRY_SECONDS,
  }
}

function readOffer({ status, answer, headers }: AgentResponse): PaymentOffer {
  const required = paymentRequired.safeParse(readHeader(headers.get('payment-required')))
  if (status !== 402 || !required.success) {
    throw new PrepayRefusal(paymentWords(problemOf(answer)))
  }
  for (const offered of required.data.accepts) {
    const exact = exactAccept.safeParse(offered)
    if (!exact.success) continue
    const { network, amount, asset, payTo, maxTimeoutSeconds, extra } = exact.data
    return {
      amount: BigInt(amount),
      payTo,
      asset,
      chainId: Number(network.slice('eip155:'.length)),
      maxTimeoutSeconds,
      domainName: extra.name,
      domainVersion: extra.version,
      // As it came: the server compares it with what it offered.
      accepted: offered,
      resource: required.data.resource,
    }
  }
  throw new PrepayRefusal(
    'The console offers no payment by one signature at the moment. No USDC moved. Send it with the wallet instead.',
  )
}

function readPayment(response: AgentResponse, amount: bigint): PrepaidAnswer {
  const { status, answer, headers } = response
  if (status === 202) return { kind: 'settling', topUpId: topUpPending.parse(answer).topup_id }
  if (status < 400) {
    const { virtual_balance_usd: balance } = topUpAnswer.parse(answer)
    const settled = paymentResponse.safeParse(readHeader(headers.get('payment-response')))
    return {
      kind: 'credited',
      hash: settled.success ? (settled.data.transaction.toLowerCase() as Hash) : null,
      credit: { amount: amount.toString(), balance: balance.toString() },
    }
  }
  assertAnswered(response)
  const problem = problemOf(answer)
  return { kind: 'refused', code: problem?.code ?? 'refused', words: paymentWords(problem) }
}

// Too many requests, a server that is down or a proxy in between say nothing about the payment: it is asked again.
function assertAnswered({ status, answer }: AgentResponse): void {
  const problem = problemOf(answer)
  if (status === 429 || status >= 500 || problem === null || !Object.hasOwn(ERRORS, problem.code)) {
    throw new RequestError(problem)
  }
}

function retryAfter(headers: Headers): number {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds > 0
    ? Math.min(seconds, MAX_RETRY_SECONDS)
    : DEFAULT_RETRY_SECONDS
}
