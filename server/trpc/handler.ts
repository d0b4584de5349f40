import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import superjson from 'superjson'
import type { AppError } from '@/server/core/app-error'
import type { Connection } from '@/server/http/client-ip'
import { limitRequest } from '@/server/http/limit-requests'
import { logFailure, observeRequest } from '@/server/http/observe-request'
import { assertJsonType, parseJson, readText } from '@/server/http/read-body'
import { newRequestId } from '@/server/http/request-id'
import { assertSameOrigin } from '@/server/http/same-origin'
import { toAppError } from '@/server/http/to-app-error'
import { createContext } from './context'
import { appErrorOf, toErrorData } from './format-error'
import { appRouter } from './root'

const ENDPOINT = '/api/trpc'
// The console batches what one page asks for; more in one request would get round the limits.
const MAX_BATCH = 20
// JSON-RPC's "invalid request"; the console branches on `data.code`.
const REFUSED = -32600

/** The console's door. Mutations are POST from our own origin with JSON; queries are GET and change nothing. */
export async function handleTrpc(request: Request, connection: Connection = {}): Promise<Response> {
  const startedAt = performance.now()
  const requestId = newRequestId()
  const { headers, refusal } = await limitRequest(request, connection)
  const response = refusal ? refuse(request, refusal, requestId) : await answer(request, requestId)
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  response.headers.set('Request-Id', requestId)
  response.headers.set('Cache-Control', 'no-store')
  observeRequest({
    transport: 'trpc',
    method: request.method,
    route: routeOf(request),
    status: response.status,
    requestId,
    startedAt,
  })
  return response
}

async function answer(request: Request, requestId: string): Promise<Response> {
  let admitted: Request
  try {
    admitted = await admit(request)
  } catch (error) {
    return refuse(request, toAppError(error), requestId)
  }
  const context = createContext({ headers: request.headers, requestId })
  return fetchRequestHandler({
    endpoint: ENDPOINT,
    req: admitted,
    router: appRouter,
    createContext: () => context,
    maxBatchSize: MAX_BATCH,
    onError: ({ error }) => logFailure(appErrorOf(error), requestId),
  })
}

/** Checks origin, type, size and JSON before tRPC reads anything. */
async function admit(request: Request): Promise<Request> {
  if (request.method === 'GET' || request.method === 'HEAD') {
    const input = new URL(request.url).searchParams.get('input')
    if (input) parseJson(input)
    return request
  }
  assertSameOrigin(request)
  const text = await readText(request)
  assertJsonType(request, { isEmpty: text === '' })
  if (text) parseJson(text)
  return new Request(request.url, { method: request.method, headers: request.headers, body: text || null })
}

function refuse(request: Request, error: AppError, requestId: string): Response {
  logFailure(error, requestId)
  const shape = { message: error.message, code: REFUSED, data: toErrorData(error, requestId) }
  const one = { error: superjson.serialize(shape) }
  const isBatch = new URL(request.url).searchParams.get('batch') === '1'
  const calls = Math.min(MAX_BATCH, request.url.split('?')[0]?.split(',').length ?? 1)
  const headers = new Headers({ 'content-type': 'application/json' })
  if (error.retryAfterSeconds !== undefined) headers.set('retry-after', String(error.retryAfterSeconds))
  const body = isBatch ? Array.from({ length: calls }, () => one) : one
  return new Response(JSON.stringify(body), { status: error.status, headers })
}

const procedures = new Set(Object.keys(appRouter._def.procedures))

// A label has few values: one known procedure by name, everything else together.
function routeOf(request: Request): string {
  const path = new URL(request.url).pathname.slice(ENDPOINT.length + 1)
  return procedures.has(path) ? path : path.includes(',') ? 'batch' : 'unknown'
}
