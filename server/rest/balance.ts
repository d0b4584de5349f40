import { z } from '@hono/zod-openapi'
import { chargeAnswer, entryAnswer, pendingPaymentAnswer, refundAnswer } from '@/domain/balance'
import { findJsonNumber, MAX_USD_NUMBER, parseUsdNumber } from '@/domain/usd-number'
import { HIDDEN_DESCRIPTION, HIDDEN_MESSAGE, VISIBLE_LINE } from '@/domain/visible-text'
import { requireMembership } from '@/server/auth'
import {
  buildEntryAnswer,
  exportEntriesCsv,
  findChargeWorkspace,
  listEntries,
  refundCharge,
  usd,
} from '@/server/balance'
import { AppError } from '@/server/core/app-error'
import { answerJson, answerPage } from './answer'
import { answerPending } from './answer-pending'
import { collectPayment, readIdempotencyKey } from './collect-payment'
import { defineRoute, type RestApp } from './define-route'
import { answerHeaders, chargeHeaders } from './documented-headers'
import { cursorQuery, limitQuery, workspaceIdQuery } from './query'

const tag = 'Balance'
const ROUTE = 'charge'

export function addBalanceRoutes(app: RestApp): void {
  addCharge(app)
  addRefund(app)
  addEntries(app)
  addEntriesCsv(app)
}

const oneLine = z.string().regex(VISIBLE_LINE, HIDDEN_MESSAGE).describe(HIDDEN_DESCRIPTION)
const chargeInput = z.strictObject({
  amount_usd: z
    .number()
    .positive()
    .max(MAX_USD_NUMBER)
    .openapi({ description: 'USDC with at most 6 decimals.', example: 0.25 }),
  reference: oneLine.min(1).max(128).openapi({ example: 'search' }),
  description: oneLine.max(500).optional(),
})

function addCharge(app: RestApp): void {
  defineRoute(app, {
    method: 'post',
    path: '/api/v1/balance/charge',
    tag,
    summary: "Charge the agent's virtual balance",
    description:
      'Needs an Idempotency-Key header. A balance that is too small answers 402 payment_required with billing_reason and what x402 accepts; the same request with PAYMENT-SIGNATURE then pays exactly the price. Below 0.01 USDC x402 is not offered, since settling a payment costs gas.',
    auth: 'agent',
    isAgentChecked: true,
    headers: chargeHeaders,
    body: chargeInput,
    answers: {
      200: { description: 'Charged', schema: chargeAnswer, headers: answerHeaders('PAYMENT-RESPONSE') },
      202: {
        description: 'The x402 payment is sent and not settled yet; send the same request again',
        schema: pendingPaymentAnswer,
        headers: answerHeaders('Retry-After'),
      },
    },
    errors: [
      'idempotency_key_required',
      'idempotency_conflict',
      'payment_required',
      'payment_invalid',
      'payment_mismatch',
      'payment_failed',
      'PERMIT2_ALLOWANCE_REQUIRED',
      'agent_not_linked',
      'agent_expired',
      'agent_monthly_limit_exceeded',
      'balance_frozen',
    ],
    idempotency:
      'Idempotency-Key, kept for 30 days per agent: the same request again answers the same charge, another body 409 idempotency_conflict.',
    handle: async ({ request, agent, body, text }) => {
      const idempotencyKey = readIdempotencyKey(request)
      const amount = readAmount(text)
      const { reference, description } = body
      const fingerprint = JSON.stringify([amount.toString(), reference, description ?? null])
      const price = { amount, reference, description, route: ROUTE, fingerprint }
      const payment = await collectPayment({ request, agent, price, idempotencyKey })
      if (payment.status === 'pending') return answerPending(payment)
      const { chargeId, source, balance, headers } = payment
      const answer = { charge_id: chargeId, source, virtual_balance_usd: usd(balance) }
      return answerJson(answer, { headers })
    },
  })
}

/** The amount exactly as it is written, not as a float has it. */
function readAmount(text: string): bigint {
  const amount = parseUsdNumber(findJsonNumber(text, 'amount_usd') ?? '')
  if (amount !== null) return amount
  const message = 'Must be above 0 and have at most 6 decimals.'
  throw new AppError('invalid_request', 'Correct amount_usd.', {
    param: 'amount_usd',
    errors: [{ path: 'amount_usd', message }],
  })
}

const uuid = z.guid()

function addRefund(app: RestApp): void {
  defineRoute(app, {
    method: 'post',
    path: '/api/v1/balance/charges/{chargeId}/refund',
    tag,
    summary: 'Give a charge back to the virtual balance',
    description:
      'For an OWNER or ADMIN of the workspace that earned the charge, signed in; an agent may not give itself money back.',
    auth: 'person',
    isClosedToAgents: true,
    sameOrigin: true,
    params: z.object({ chargeId: z.string().max(100) }),
    body: z.strictObject({ reason: oneLine.min(1).max(200).optional() }),
    answers: { 200: { description: 'Given back, now or before', schema: refundAnswer } },
    errors: ['not_found', 'not_authorized', 'balance_insufficient'],
    idempotency: 'A charge is given back once; a repeat answers the same.',
    handle: async ({ person, requestId, params: { chargeId }, body }) => {
      const workspaceId = await getEarner({ address: person.address, chargeId })
      const by = { person: person.address, workspaceId, requestId }
      const refunded = await refundCharge({ chargeId, by, reason: body.reason ?? 'given back by a person' })
      return answerJson({
        charge_id: refunded.chargeId,
        amount_usd: usd(refunded.amount),
        amount_atomic: refunded.amount.toString(),
        refunded_at: refunded.refundedAt.toISOString(),
        virtual_balance_usd: usd(refunded.balance),
      })
    },
  })
}

type Address = Parameters<typeof requireMembership>[0]['address']

/** The workspace that earned a charge. Throws `not_found` for a foreign charge as for one that never existed, `not_authorized`. */
async function getEarner({ address, chargeId }: { address: Address; chargeId: string }): Promise<string> {
  const workspaceId = uuid.safeParse(chargeId).success ? await findChargeWorkspace(chargeId) : null
  const unknown = new AppError('not_found', 'There is no such charge.')
  if (workspaceId === null) throw unknown
  try {
    await requireMembership({ address, workspaceId, permission: 'refund-charges' })
  } catch (error) {
    throw error instanceof AppError && error.code === 'not_found' ? unknown : error
  }
  return workspaceId
}

function addEntries(app: RestApp): void {
  defineRoute(app, {
    method: 'get',
    path: '/api/v1/balance/entries',
    tag,
    summary: "What moved the agent's virtual balance, newest first",
    description: 'All entries of an agent add up to its balance; each says what the balance was after it.',
    auth: 'agent',
    query: z.strictObject({ limit: limitQuery, cursor: cursorQuery }),
    answers: {
      200: {
        description: 'A page',
        schema: z.strictObject({
          data: z.array(entryAnswer),
          hasMore: z.boolean(),
          nextCursor: z.string().nullable(),
        }),
      },
    },
    errors: ['invalid_cursor'],
    handle: async ({ agent, query }) => {
      const { entries, nextCursor } = await listEntries({ agentId: agent.agentId, ...query })
      return answerPage(entries.map(buildEntryAnswer), nextCursor)
    },
  })
}

function addEntriesCsv(app: RestApp): void {
  defineRoute(app, {
    method: 'get',
    path: '/api/v1/balance/entries.csv',
    tag,
    summary: 'All entries of an agent as CSV, newest first',
    auth: 'person',
    query: z.strictObject({ workspaceId: workspaceIdQuery, agentId: z.string().min(1).max(80) }),
    answers: { 200: { description: 'The file', schema: z.string(), contentType: 'text/csv' } },
    errors: ['not_found', 'agent_not_found', 'INVALID_INPUT'],
    handle: async ({ person, query }) => {
      const { workspaceId } = await requireMembership({
        address: person.address,
        workspaceId: query.workspaceId,
        permission: 'view',
      })
      const csv = await exportEntriesCsv({ workspaceId, agentId: query.agentId })
      const headers = {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': 'attachment; filename="balance-entries.csv"',
      }
      return new Response(csv, { headers })
    },
  })
}
