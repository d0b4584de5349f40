import { OpenAPIHono } from '@hono/zod-openapi'
import { AppError } from '@/server/core/app-error'
import type { Connection } from '@/server/http/client-ip'
import { limitRequest } from '@/server/http/limit-requests'
import { logFailure, observeRequest } from '@/server/http/observe-request'
import { problemResponse } from '@/server/http/problem'
import { newRequestId } from '@/server/http/request-id'
import { toAppError } from '@/server/http/to-app-error'
import { addAddressBookRoutes } from './address-book'
import { addAgentSelfRoutes } from './agent-self'
import { addAgentWalletRoutes } from './agent-wallets'
import { addAgentRoutes } from './agents'
import { answerJson } from './answer'
import { addAuthRoutes } from './auth'
import { addBalanceRoutes } from './balance'
import { addConfigRoutes } from './config'
import { addConsoleCsvRoutes } from './console-csv'
import type { RestApp } from './define-route'
import { addDepositRoutes } from './deposits'
import { ANSWER_HEADERS } from './documented-headers'
import { addFaucetRoutes } from './faucet'
import { addMandateRoutes } from './mandates'
import { buildOpenApiDocument } from './openapi'
import { addOperationRoutes } from './operations'
import { addPaidRoutes } from './paid'
import { addPayoutRoutes } from './payouts'
import { addWalletRoutes } from './wallet'
import { addWorkspaceRoutes } from './workspaces'
import { addX402Routes } from './x402'

// What a load balancer asks must answer while a flood is refused and while the database is away.
const UNLIMITED = new Set(['/api/health', '/api/ready', '/api/metrics'])

let cached: RestApp | undefined

/** The one REST application of this process. */
export function restApp(): RestApp {
  cached ??= build()
  return cached
}

/** Answers any `/api` request but tRPC's, and the JWKS: the same from the lean Node server and from a Next route handler. */
export async function handleRest(request: Request, connection: Connection = {}): Promise<Response> {
  return restApp().fetch(request, connection)
}

function build(): RestApp {
  const app: RestApp = new OpenAPIHono()
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-bursar_session',
    description: 'Set by POST /api/auth/verify; named bursar_session over plain http on this machine.',
  })
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: "An agent's token, or a JWT made from it.",
  })
  for (const [name, header] of Object.entries(ANSWER_HEADERS))
    app.openAPIRegistry.registerComponent('headers', name, header)
  addMiddleware(app)
  addAuthRoutes(app)
  addConfigRoutes(app)
  addWorkspaceRoutes(app)
  addWalletRoutes(app)
  addBalanceRoutes(app)
  addConsoleCsvRoutes(app)
  addAddressBookRoutes(app)
  addAgentRoutes(app)
  addAgentSelfRoutes(app)
  addAgentWalletRoutes(app)
  addDepositRoutes(app)
  addMandateRoutes(app)
  addX402Routes(app)
  addPayoutRoutes(app)
  addFaucetRoutes(app)
  addOperationRoutes(app)
  addPaidRoutes(app)
  let document: ReturnType<typeof buildOpenApiDocument> | undefined
  app.get('/api/openapi.json', (c) => {
    c.set('route', '/api/openapi.json')
    document ??= buildOpenApiDocument(app)
    return answerJson(document)
  })
  addMethodAnswers(app)
  return app
}

function addMiddleware(app: RestApp): void {
  app.onError((error, c) => {
    const known = toAppError(error)
    const requestId = c.get('requestId')
    logFailure(known, requestId)
    return problemResponse(known, requestId)
  })
  app.notFound((c) =>
    problemResponse(new AppError('not_found', 'There is no such endpoint.'), c.get('requestId')),
  )
  app.use('*', async (c, next) => {
    const startedAt = performance.now()
    const requestId = newRequestId()
    c.set('requestId', requestId)
    c.set('route', 'unknown')
    await next()
    c.res.headers.set('Request-Id', requestId)
    // Public keys say themselves how long they keep; everything else is somebody's own.
    if (c.res.status !== 200 || c.get('route') !== '/.well-known/jwks.json')
      c.res.headers.set('Cache-Control', 'no-store')
    const { method } = c.req
    observeRequest({
      transport: 'rest',
      method,
      route: c.get('route'),
      status: c.res.status,
      requestId,
      startedAt,
    })
  })
  app.use('*', async (c, next) => {
    if (UNLIMITED.has(c.req.path)) return next()
    const { headers, refusal } = await limitRequest(c.req.raw, c.env as Connection)
    // Set again after the handler: a response of its own replaces what was prepared before it.
    if (refusal) c.res = problemResponse(refusal, c.get('requestId'))
    else await next()
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value)
  })
}

/** A known path with a method it has not: 405, and `Allow` names those it has. */
function addMethodAnswers(app: RestApp): void {
  const allowed = new Map<string, Set<string>>()
  for (const { method, path } of app.routes) {
    if (method === 'ALL') continue
    const methods = allowed.get(path) ?? new Set()
    methods.add(method)
    if (method === 'GET') methods.add('HEAD')
    allowed.set(path, methods)
  }
  for (const [path, methods] of allowed) {
    const allow = [...methods].sort().join(', ')
    app.all(path, (c) => {
      const error = new AppError('method_not_allowed', `Use ${allow}.`)
      const response = problemResponse(error, c.get('requestId'))
      response.headers.set('allow', allow)
      return response
    })
  }
}
