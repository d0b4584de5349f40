import { z } from '@hono/zod-openapi'
import type { ErrorCode } from '@/domain/errors'
import { bizIdSchema, createdPayoutView, payoutInput, payoutView } from '@/domain/payout'
import { PAYOUT_STATUSES } from '@/domain/payout-status'
import { assertLinked } from '@/server/agents'
import { env } from '@/server/core/env'
import { buildCreatedAnswer, cancelPayout, createPayout, getPayout, listPayouts } from '@/server/payouts'
import { answerJson, answerPage } from './answer'
import { defineRoute, type RestApp } from './define-route'
import { cursorQuery, limitQuery } from './query'

const tag = 'Payouts'

export function addPayoutRoutes(app: RestApp): void {
  addCreate(app)
  addList(app)
  addGet(app)
  addCancel(app)
}

const CREATE_ERRORS: ErrorCode[] = [
  'unsupported_network',
  'unsupported_asset',
  'recipient_refused',
  'target_refused',
  'mandate_not_signed',
  'mandate_disabled',
  'mandate_expired',
  'mandate_currency_mismatch',
  'mandate_recipient_not_allowed',
  'mandate_amount_over_cap',
  'mandate_period_exceeded',
  'mandate_insufficient_budget',
  'mandate_mismatch',
  'mandate_not_found',
  'agent_not_found',
  'agent_not_linked',
  'agent_expired',
  'agent_monthly_limit_exceeded',
  'payout_id_conflict',
  'biz_id_taken',
  'payouts_killed',
]

function addCreate(app: RestApp): void {
  defineRoute(app, {
    method: 'post',
    path: '/api/payouts',
    tag,
    summary: 'Ask for a payout of USDC',
    description:
      'With a mandateId whose terms allow it the payout is authorized at once, else a person decides at approvalUrl. A mandate that does not allow it refuses; with onMandateRefusal "ask" a person is asked instead, who sees why. bizId: one active payout for each in the workspace; one that failed for good frees it, tx_confirmation_timeout does not.',
    auth: 'agent',
    isAgentChecked: true,
    body: payoutInput({ minAmount: env().MIN_PAYOUT_ATOMIC }),
    answers: {
      201: { description: 'Created', schema: createdPayoutView },
      200: { description: 'Created before by an identical request; as it is now', schema: createdPayoutView },
    },
    errors: CREATE_ERRORS,
    idempotency:
      'payoutId, for ever and per workspace: the same parameters after defaults answer the existing payout with 200, whatever became of its mandate; others, or another agent, 409 payout_id_conflict. Compared are toAddress (in any case), amount, mandateId, bizId, network, currency, assetAddress, description, metadata (as RFC 8785 JSON), webhookUrl and ttlSeconds; not onMandateRefusal.',
    handle: async ({ agent, body, requestId }) => {
      const { payout, isNew } = await createPayout({ agent, input: body, requestId })
      return answerJson(buildCreatedAnswer(payout), { status: isNew ? 201 : 200 })
    },
  })
}

function addList(app: RestApp): void {
  defineRoute(app, {
    method: 'get',
    path: '/api/payouts',
    tag,
    summary: "The workspace's payouts, newest first",
    auth: 'agent',
    query: z.strictObject({
      status: z.enum(PAYOUT_STATUSES).optional(),
      bizId: bizIdSchema.optional(),
      limit: limitQuery,
      cursor: cursorQuery.openapi({ description: 'The last payoutId of the page before.' }),
    }),
    answers: {
      200: {
        description: 'A page',
        schema: z.strictObject({
          data: z.array(payoutView),
          hasMore: z.boolean(),
          nextCursor: z.string().nullable(),
        }),
      },
    },
    errors: ['invalid_cursor', 'agent_not_linked', 'agent_not_found'],
    handle: async ({ agent, query }) => {
      const { workspaceId } = assertLinked(agent)
      const { payouts, nextCursor } = await listPayouts({ workspaceId, ...query })
      return answerPage(payouts, nextCursor)
    },
  })
}

// Its form is not checked here: what is no id is the id of no payout.
const payoutIdParam = z.object({ payoutId: z.string() })

function addGet(app: RestApp): void {
  defineRoute(app, {
    method: 'get',
    path: '/api/payouts/{payoutId}',
    tag,
    summary: 'A payout of the workspace',
    description:
      'isFinal says whether anything can still change: a payout that failed for tx_confirmation_timeout may yet be paid.',
    auth: 'agent',
    params: payoutIdParam,
    answers: { 200: { description: 'The payout', schema: z.strictObject({ payout: payoutView }) } },
    errors: ['not_found', 'agent_not_linked', 'agent_not_found'],
    handle: async ({ agent, params: { payoutId } }) => {
      const { workspaceId } = assertLinked(agent)
      return answerJson({ payout: await getPayout({ workspaceId, payoutId }) })
    },
  })
}

function addCancel(app: RestApp): void {
  defineRoute(app, {
    method: 'post',
    path: '/api/payouts/{payoutId}/cancel',
    tag,
    summary: 'Cancel a payout that nothing is signed for',
    description: 'By any agent of the workspace, while it is pending_authorization or authorized.',
    auth: 'agent',
    params: payoutIdParam,
    answers: {
      200: { description: 'Cancelled, now or before', schema: z.strictObject({ payout: payoutView }) },
    },
    errors: ['not_found', 'INVALID_STATE', 'agent_not_linked', 'agent_not_found'],
    idempotency: 'A payout is cancelled once; a repeat answers the same.',
    handle: async ({ agent, params: { payoutId }, requestId }) => {
      assertLinked(agent)
      return answerJson({ payout: await cancelPayout({ agent, payoutId, requestId }) })
    },
  })
}
