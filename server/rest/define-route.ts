import { type OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi'
import type { ErrorCode, FieldError } from '@/domain/errors'
import { type AgentCaller, requireAgent } from '@/server/agents'
import type { Actor } from '@/server/audit'
import { type Person, requirePerson } from '@/server/auth'
import { AppError } from '@/server/core/app-error'
import { assertJsonType, parseJson, readText } from '@/server/http/read-body'
import { assertSameOrigin } from '@/server/http/same-origin'
import { fieldErrorsOf, wrongFields } from '@/server/http/to-app-error'
import { answerHeaders, type Headers } from './documented-headers'
import { problemAnswers } from './problem-answers'

export type RestApp = OpenAPIHono<{ Variables: { requestId: string; route: string } }>

type Method = 'get' | 'post' | 'patch' | 'delete'
/** Who may call: a signed-in person, an agent by its bearer, either, anybody with or without a bearer, anybody. */
type Auth = 'person' | 'agent' | 'person-or-agent' | 'optional-agent' | 'none'
type NoFields = Record<string, never>
type Parsed<T extends z.ZodType | undefined> = T extends z.ZodType ? z.output<T> : NoFields

type Call<
  Q extends z.ZodType | undefined,
  P extends z.ZodType | undefined,
  B extends z.ZodType | undefined,
> = {
  request: Request
  requestId: string
  query: Parsed<Q>
  params: Parsed<P>
  body: Parsed<B>
  /** The body as it was sent. */
  text: string
  /** The page's origin when the route is guarded against other sites, else null. */
  origin: string | null
  /** The signed-in person of a route that asks for one. Throws `unauthenticated` on any other. */
  person: Person
  actor: Actor
  /** The calling agent of a route that asks for one. Throws `unauthenticated` on any other. */
  agent: AgentCaller
  /** Where a bearer is optional, or stands for a person: the agent, or null without an `Authorization` header. */
  optionalAgent: AgentCaller | null
}

type Answer = { description: string; schema?: z.ZodType; contentType?: string; headers?: Headers }

type Route<
  Q extends z.ZodObject | undefined,
  P extends z.ZodObject | undefined,
  B extends z.ZodType | undefined,
> = {
  method: Method
  path: string
  tag: string
  summary: string
  description?: string
  auth: Auth
  /** The statement behind it checks that agent and token are live; saves a look-up for each second and agent. */
  isAgentChecked?: boolean
  /** Where it answers false, the endpoint does not exist (`feature_disabled`). */
  isEnabled?: () => boolean
  /** Where a person alone may act: an agent by its bearer gets `not_authorized`. */
  isClosedToAgents?: boolean
  /** Refuses other sites. For every change that a cookie allows, and for signing in and out. */
  sameOrigin?: boolean
  query?: Q
  params?: P
  body?: B
  /** Those that the handler reads; for the document alone. */
  headers?: z.ZodObject
  answers: Record<number, Answer>
  errors?: readonly ErrorCode[]
  /** How a repeat of the same POST behaves; stated in the OpenAPI document. */
  idempotency?: string
  handle: (call: Call<Q, P, B>) => Promise<Response> | Response
}

/**
 * One endpoint: its schemas feed the OpenAPI document and check the request, in this order: other sites, body, who is
 * calling, then query, path and body together, so that an answer names every wrong field at once.
 */
export function defineRoute<
  Q extends z.ZodObject | undefined = undefined,
  P extends z.ZodObject | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(app: RestApp, route: Route<Q, P, B>): void {
  app.openAPIRegistry.registerPath(openApiOf(route))
  const schemas = schemasOf(route)
  const pattern = route.path.replaceAll(/\{(.+?)\}/g, ':$1')
  app.on(route.method.toUpperCase(), pattern, async (c) => {
    c.set('route', route.path)
    if (route.isEnabled?.() === false) throw new AppError('feature_disabled')
    const request = c.req.raw
    if (route.isClosedToAgents && request.headers.has('authorization')) await refuseAgent(request)
    // A bearer is no cookie and needs no Origin; it opens no route that signs in or out.
    const isBearer = route.auth.startsWith('person') && request.headers.has('authorization')
    const origin = route.sameOrigin && !isBearer ? assertSameOrigin(request) : null
    const text = route.method === 'get' ? '' : await readText(request)
    if (route.method !== 'get') assertJsonType(request, { isEmpty: text === '' })
    const person = await personOf(route.auth, request)
    const agent = await agentOf(route, request)
    const requestId = c.get('requestId')
    return route.handle({
      request,
      requestId,
      origin,
      text,
      ...parseInput(schemas, { url: request.url, params: c.req.param(), text }),
      get person() {
        return person ?? nobody()
      },
      get actor() {
        return { address: (person ?? nobody()).address, requestId }
      },
      get agent() {
        return agent ?? nobody()
      },
      optionalAgent: agent,
    })
  })
}

/** With an `Authorization` header the cookie is ignored, and an agent speaks where it may. */
async function personOf(auth: Auth, request: Request): Promise<Person | null> {
  if (auth === 'person') return requirePerson(request)
  return auth === 'person-or-agent' && !request.headers.has('authorization') ? requirePerson(request) : null
}

/** A bearer that is not valid is refused even where none is needed: a caller must not believe that it was heard. */
async function agentOf({ auth, isAgentChecked = false }: WhoCalls, request: Request) {
  if (auth === 'agent') return requireAgent(request, { isChecked: isAgentChecked })
  const mayBeAgent = auth === 'optional-agent' || auth === 'person-or-agent'
  return mayBeAgent && request.headers.has('authorization') ? requireAgent(request) : null
}

/** Throws `unauthenticated` for a bearer that is not valid, else `not_authorized`. */
async function refuseAgent(request: Request): Promise<never> {
  await requireAgent(request)
  throw new AppError('not_authorized', 'An agent may not do this: a signed-in person has to.')
}

type WhoCalls = { auth: Auth; isAgentChecked?: boolean }

function nobody(): never {
  throw new AppError('unauthenticated')
}

type Schemas<Q, P, B> = {
  query: z.ZodObject
  params: z.ZodObject
  body: z.ZodType
  /** The types that they came with, and that a schema which may be missing loses. */
  of?: [Q, P, B]
}

/** Made once for each route: zod takes 0.1 ms to compile an object schema at its first use. */
function schemasOf<
  Q extends z.ZodObject | undefined,
  P extends z.ZodObject | undefined,
  B extends z.ZodType | undefined,
>({ query, params, body }: Route<Q, P, B>): Schemas<Q, P, B> {
  return {
    query: z.strictObject({}).extend(query?.shape ?? {}),
    params: params ?? z.object({}),
    body: body ?? z.strictObject({}),
  }
}

type Raw = { url: string; params: Record<string, string>; text: string }

function parseInput<
  Q extends z.ZodObject | undefined,
  P extends z.ZodObject | undefined,
  B extends z.ZodType | undefined,
>(schemas: Schemas<Q, P, B>, { url, params, text }: Raw) {
  const { query, repeated } = readQuery(url)
  const results = [
    schemas.query.safeParse(query),
    schemas.params.safeParse(params),
    schemas.body.safeParse(text === '' ? {} : parseJson(text)),
  ] as const
  const issues = results.flatMap((result) => result.error?.issues ?? [])
  const errors = [...fieldErrorsOf({ issues }), ...repeated]
  if (errors.length > 0) throw wrongFields(errors)
  const [parsedQuery, parsedParams, parsedBody] = results
  // The three schemas are the route's own; their union type is lost in the tuple above.
  return {
    query: parsedQuery.data as Parsed<Q>,
    params: parsedParams.data as Parsed<P>,
    body: parsedBody.data as Parsed<B>,
  }
}

function readQuery(url: string): { query: Record<string, string>; repeated: FieldError[] } {
  if (!url.includes('?')) return { query: {}, repeated: [] }
  const entries = [...new URL(url).searchParams]
  const names = new Set(entries.map(([name]) => name))
  const repeated = [...names].filter((name) => entries.filter(([other]) => other === name).length > 1)
  return {
    query: Object.fromEntries(entries),
    repeated: repeated.map((path) => ({ path, message: 'Is given more than once.' })),
  }
}

const SECURITY: Record<Auth, Record<string, string[]>[]> = {
  person: [{ session: [] }],
  agent: [{ bearer: [] }],
  'person-or-agent': [{ session: [] }, { bearer: [] }],
  'optional-agent': [{}, { bearer: [] }],
  none: [],
}

// What any request may meet; the registry gives status and title.
const ALWAYS: ErrorCode[] = ['invalid_request', 'rate_limited', 'internal_error', 'dependency_unavailable']
const OF_CHANGES: ErrorCode[] = ['invalid_json', 'body_too_large', 'unsupported_media_type']

function openApiOf<
  Q extends z.ZodObject | undefined,
  P extends z.ZodObject | undefined,
  B extends z.ZodType | undefined,
>(route: Route<Q, P, B>): RouteConfig {
  const codes: ErrorCode[] = [
    ...new Set([
      ...(route.errors ?? []),
      ...ALWAYS,
      ...(route.method === 'get' ? [] : OF_CHANGES),
      ...(route.isEnabled ? (['feature_disabled'] as const) : []),
      ...(route.sameOrigin ? (['csrf_failed'] as const) : []),
      ...(route.auth === 'none' ? [] : (['unauthenticated'] as const)),
    ]),
  ].sort()
  const answers = Object.entries(route.answers).map(([status, answer]) => [status, answerOf(answer)])
  return {
    method: route.method,
    path: route.path,
    tags: [route.tag],
    summary: route.summary,
    operationId: operationIdOf(route),
    ...(route.description ? { description: route.description } : {}),
    security: SECURITY[route.auth],
    request: {
      ...(route.query ? { query: route.query } : {}),
      ...(route.params ? { params: route.params } : {}),
      ...(route.headers ? { headers: route.headers } : {}),
      ...(route.body ? { body: bodyOf(route.body) } : {}),
    },
    responses: { ...Object.fromEntries(answers), ...problemAnswers(codes) },
    'x-error-codes': codes,
    ...(route.idempotency ? { 'x-idempotency': route.idempotency } : {}),
  }
}

function answerOf({ description, schema, contentType = 'application/json', headers }: Answer) {
  return {
    description,
    headers: headers ?? answerHeaders(),
    ...(schema ? { content: { [contentType]: { schema } } } : {}),
  }
}

/** An empty body is read as `{}`. */
function bodyOf(schema: z.ZodType) {
  return { required: !schema.safeParse({}).success, content: { 'application/json': { schema } } }
}

function operationIdOf({ method, path }: { method: Method; path: string }): string {
  const words = path
    .replace(/^\/api\/(v1\/)?/, '')
    .split(/[^a-zA-Z0-9]+/)
    .filter(Boolean)
  return [method, ...words]
    .map((word, index) => (index ? word[0]?.toUpperCase() + word.slice(1) : word))
    .join('')
}
