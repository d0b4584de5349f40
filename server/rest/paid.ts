import { createHash } from 'node:crypto'
import { z } from '@hono/zod-openapi'
import type { ErrorCode } from '@/domain/errors'
import { requireAgent } from '@/server/agents'
import { AppError } from '@/server/core/app-error'
import { readBytes } from '@/server/http/read-body'
import { assertUpstreamUrl, callPricedApi, getServedApi, type PaidRequest } from '@/server/priced-apis'
import type { RestApp } from './define-route'
import { answerHeaders, paidCallHeaders } from './documented-headers'
import { problemAnswers } from './problem-answers'
import { withBilling } from './with-billing'

const ROUTE = '/api/v1/paid/{slug}/{path}'
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

// A stranger wrote the answer, and it is served from our origin: it must neither run nor reach anything there.
const SANDBOX = {
  'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
}

export function addPaidRoutes(app: RestApp): void {
  describePaidRoutes(app)
  app.all('/api/v1/paid/*', async (c) => {
    c.set('route', ROUTE)
    return answerPaid(c.req.raw)
  })
}

async function answerPaid(raw: Request): Promise<Response> {
  const agent = await requireAgent(raw, { isChecked: true })
  const { slug, ...target } = readTarget(raw)
  const method = METHODS.find((known) => known === raw.method)
  if (!method) throw new AppError('method_not_allowed', `Use ${METHODS.join(', ')}.`)
  const api = await getServedApi(slug)
  const body = await readBytes(raw)
  const request: PaidRequest = {
    ...target,
    method,
    headers: raw.headers,
    body: body.byteLength > 0 ? body : undefined,
  }
  assertUpstreamUrl({ api, request })
  const bill = withBilling({
    amount: api.price,
    reference: `paid:${slug}`,
    description: `${method} ${request.path}`.slice(0, 200),
    earnerWorkspaceId: api.workspaceId,
    apiId: api.id,
    route: `/api/v1/paid/${slug}`,
    fingerprint: fingerprintOf(request, body),
  })
  const serve = bill(async ({ chargeId }) => {
    const answer = await callPricedApi({ api, agentId: agent.agentId, chargeId, request })
    const isEmpty = method === 'HEAD' || answer.body.byteLength === 0
    return new Response(isEmpty ? null : answer.body, {
      status: answer.status,
      headers: { ...answer.headers, ...SANDBOX },
    })
  })
  return serve(raw, agent)
}

/** From the address as the URL parser understands it, since that is what the upstream is sent. Throws `not_found`. */
function readTarget({ url }: Request): { slug: string; path: string; search: string } {
  const { pathname, search } = new URL(url)
  const [, slug, path = ''] = /^\/api\/v1\/paid\/([a-z0-9-]{3,40})(\/.*)?$/.exec(pathname) ?? []
  if (slug === undefined) throw new AppError('not_found', 'There is no such priced API.')
  return { slug, path, search }
}

function fingerprintOf({ method, path, search, headers }: PaidRequest, body: Uint8Array): string {
  const bodyHash = createHash('sha256').update(body).digest('hex')
  return [method, path, search, headers.get('content-type') ?? '', bodyHash].join('\n')
}

const ERRORS: ErrorCode[] = [
  'unauthenticated',
  'agent_not_linked',
  'agent_expired',
  'agent_monthly_limit_exceeded',
  'balance_frozen',
  'payment_required',
  'payment_invalid',
  'payment_mismatch',
  'payment_failed',
  'PERMIT2_ALLOWANCE_REQUIRED',
  'idempotency_conflict',
  'invalid_request',
  'body_too_large',
  'method_not_allowed',
  'not_found',
  'rate_limited',
  'upstream_failed',
  'internal_error',
  'dependency_unavailable',
]

/** Every method is served; the document shows those that most APIs have. */
function describePaidRoutes(app: RestApp): void {
  for (const method of ['get', 'post', 'patch', 'delete'] as const) {
    app.openAPIRegistry.registerPath({
      method,
      path: ROUTE,
      tags: ['Priced APIs'],
      summary: 'Call a priced API',
      operationId: `${method}PaidSlugPath`,
      description: DESCRIPTION,
      security: [{ bearer: [] }],
      request: {
        headers: paidCallHeaders,
        params: z.object({
          slug: z.string().describe('The priced API.'),
          path: z
            .string()
            .describe('Everything behind the slug, with its query, goes to the upstream as it is.'),
        }),
      },
      responses: {
        200: {
          description: "The upstream's own answer, with its status; `bursar-charge-id` names the charge.",
          headers: answerHeaders('PAYMENT-RESPONSE'),
        },
        202: {
          description:
            'The x402 payment is sent and not settled yet: repeat the same request. A call that is never served is given back to the balance.',
          headers: answerHeaders('Retry-After'),
        },
        ...problemAnswers([...ERRORS].sort()),
      },
      'x-error-codes': [...ERRORS].sort(),
      'x-idempotency':
        'Without an Idempotency-Key every call is charged and forwarded. With one, a call is charged and forwarded once: a repeat is answered 409 `idempotency_conflict`, since answers are not kept. A call that failed gives its key back.',
    })
  }
}

const DESCRIPTION = `Debits the price from the agent's balance, forwards method, path, query and body (up to 64 KiB) to the API that a workspace has registered, and answers what it answers (up to 1 MiB). Without enough balance the answer is 402 with PAYMENT-REQUIRED; the same request with PAYMENT-SIGNATURE pays it by x402. A price below 0.01 USDC is paid from the balance only, since settling a payment costs gas.

The price is paid for every answer that says something about the call, 4xx included. It is given back, and the answer is 502 \`upstream_failed\` with \`refunded\` and \`charge_id\`, when the upstream cannot be reached, breaks off, is late, answers too much, or answers with 3xx, 401, 402, 407, 408, 429 or 5xx.

To the upstream go Accept, Accept-Language, Content-Language, Content-Type, Idempotency-Key, Prefer and Range, with \`Bursar-Agent\` and \`Bursar-Charge\`; never Authorization, cookies or payments.`
