import { z } from '@hono/zod-openapi'
import { addressSchema } from '@/domain/address-schema'
import { mandateIntent, mandateView } from '@/domain/mandate'
import { createIntent, getMandate, listEligibleMandates, listOwnMandates } from '@/server/mandates'
import { answerJson } from './answer'
import { defineRoute, type RestApp } from './define-route'
import { cursorQuery, limitQuery } from './query'

const tag = 'Mandates'

export function addMandateRoutes(app: RestApp): void {
  addCreateIntent(app)
  addGet(app)
  addList(app)
  addEligible(app)
}

const intentAnswer = z.strictObject({
  status: z.literal('ok'),
  mandateId: z.string(),
  /** Where a person signs it, or first links the agent. */
  authorizationUrl: z.string(),
  /** When the link ends. */
  expiresAt: z.iso.datetime(),
  agentStatus: z.enum(['ready', 'needs_wallet_authorization']),
})

function addCreateIntent(app: RestApp): void {
  defineRoute(app, {
    method: 'post',
    path: '/api/mandates/create-intent',
    tag,
    summary: 'Ask for a budget that needs no further approval',
    description:
      'A person signs it at authorizationUrl within ten minutes; an agent of no workspace is linked there first. Its time counts from this request. Amounts are atomic units. currency is USDC: another one is unsupported_asset.',
    auth: 'agent',
    isAgentChecked: true,
    body: z.strictObject({ intent: mandateIntent }),
    answers: { 200: { description: 'Drawn up, not signed', schema: intentAnswer } },
    errors: ['agent_not_found', 'agent_expired', 'unsupported_asset'],
    idempotency:
      'Each call draws up another draft. A draft moves and reserves nothing, and ends with its link.',
    handle: async ({ agent, body: { intent }, requestId }) =>
      answerJson(await createIntent({ agent, intent, requestId })),
  })
}

function addGet(app: RestApp): void {
  defineRoute(app, {
    method: 'get',
    path: '/api/mandates/agent/{mandateId}',
    tag,
    summary: "One of the agent's mandates",
    description: 'signUrl stands there while it waits for a signature.',
    auth: 'agent',
    // Its form is not checked here: what is no id is the id of no mandate.
    params: z.object({ mandateId: z.string() }),
    answers: {
      200: {
        description: 'The mandate',
        schema: z.strictObject({ status: z.literal('ok'), mandate: mandateView }),
      },
    },
    errors: ['agent_not_found', 'mandate_not_found'],
    handle: async ({ agent, params: { mandateId } }) =>
      answerJson({ status: 'ok', mandate: await getMandate({ agent, mandateId }) }),
  })
}

const listAnswer = z.strictObject({
  status: z.literal('ok'),
  mandates: z.array(mandateView),
  hasMore: z.boolean(),
  nextCursor: z.string().nullable(),
})

function addList(app: RestApp): void {
  defineRoute(app, {
    method: 'get',
    path: '/api/mandates',
    tag,
    summary: "The agent's mandates, newest first",
    description: '403 agent_not_linked, with authorizationUrl, tells an agent that a person has to link it.',
    auth: 'agent',
    query: z.strictObject({ limit: limitQuery, cursor: cursorQuery }),
    answers: { 200: { description: 'A page', schema: listAnswer } },
    errors: ['agent_not_found', 'agent_not_linked', 'invalid_cursor'],
    handle: async ({ agent, query }) => answerJson(await listOwnMandates({ agent, ...query })),
  })
}

const amountQuery = z
  .string()
  .regex(/^[1-9]\d{0,77}$/, 'Must be atomic units as a decimal string, at least "1".')
  .transform(BigInt)
  .openapi({ type: 'string', example: '1000000' })

function addEligible(app: RestApp): void {
  defineRoute(app, {
    method: 'get',
    path: '/api/mandates/eligible',
    tag,
    summary: "The agent's mandates that would pay an amount to an address now",
    description:
      'Empty where no payout of this kind is created: outside the smallest and the largest amount, to a recipient that is refused, past what is left of the month, after the end of the agent, while payouts are stopped.',
    auth: 'agent',
    query: z.strictObject({
      amount: amountQuery,
      toAddress: addressSchema,
      limit: limitQuery,
      cursor: cursorQuery,
    }),
    answers: { 200: { description: 'A page', schema: listAnswer } },
    errors: ['agent_not_found', 'agent_not_linked', 'invalid_cursor'],
    handle: async ({ agent, query }) => answerJson(await listEligibleMandates({ agent, ...query })),
  })
}
