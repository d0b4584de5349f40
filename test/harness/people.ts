// People of a test: throwaway accounts that sign in through the real handlers, and callers of both doors.
import type { TRPC_ERROR_CODE_NUMBER } from '@trpc/server/rpc'
import superjson from 'superjson'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { createSiweMessage } from 'viem/siwe'
import { expect } from 'vitest'
import { storedAddress } from '@/domain/address'
import type { Problem } from '@/domain/errors'
import type { MemberRole } from '@/domain/roles'
import { pool } from '@/server/core/db'
import { handleRest } from '@/server/rest/app'
import { problemSchema } from '@/server/rest/problem-answers'
import type { TrpcErrorData } from '@/server/trpc/format-error'
import { handleTrpc } from '@/server/trpc/handler'

export const ORIGIN = 'http://localhost:3000'
const CHAIN_ID = 31337

type Ask = {
  body?: unknown
  cookie?: string | undefined
  /** Null sends no Origin header. */
  origin?: string | null
  headers?: Record<string, string>
}

export function newAccount(): PrivateKeyAccount {
  return privateKeyToAccount(generatePrivateKey())
}

export function requestOf(
  method: string,
  path: string,
  { body, cookie, origin = ORIGIN, headers }: Ask = {},
): Request {
  const all = new Headers(headers)
  if (origin !== null) all.set('origin', origin)
  if (cookie) all.set('cookie', cookie)
  const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body)
  if (text !== undefined && !all.has('content-type')) all.set('content-type', 'application/json')
  return new Request(`${ORIGIN}${path}`, {
    method,
    headers: all,
    ...(text === undefined ? {} : { body: text }),
  })
}

export function rest(method: string, path: string, ask?: Ask): Promise<Response> {
  return handleRest(requestOf(method, path, ask))
}

/** The problem document of a refused request; checks that it is one, as published. */
export async function expectProblem(
  response: Response,
  status: number,
  code: Problem['code'],
): Promise<Problem> {
  const text = await response.text()
  expect({ status: response.status, text }).toEqual({
    status,
    text: expect.stringContaining(`"code":"${code}"`),
  })
  expect(response.headers.get('content-type')).toContain('application/problem+json')
  const problem = problemSchema.parse(JSON.parse(text)) as Problem
  expect(problem.requestId).toBe(response.headers.get('request-id'))
  return problem
}

export async function getNonce(): Promise<string> {
  const response = await rest('POST', '/api/auth/nonce', { body: {} })
  expect(response.status).toBe(200)
  return ((await response.json()) as { nonce: string }).nonce
}

type MessageParts = Partial<Parameters<typeof createSiweMessage>[0]>

export function messageFor(
  account: { address: `0x${string}` },
  nonce: string,
  parts: MessageParts = {},
): string {
  return createSiweMessage({
    address: account.address,
    chainId: CHAIN_ID,
    domain: 'localhost:3000',
    nonce,
    uri: ORIGIN,
    version: '1',
    statement: 'Sign in to Bursar.',
    ...parts,
  })
}

export function verify(message: string, signature: string, ask: Ask = {}): Promise<Response> {
  return rest('POST', '/api/auth/verify', { body: { message, signature }, ...ask })
}

export function cookieOf(response: Response): string {
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
}

/** Signs in as a browser would; returns the cookie it then sends. */
export async function signIn(account: PrivateKeyAccount): Promise<string> {
  const message = messageFor(account, await getNonce())
  const response = await verify(message, await account.signMessage({ message }))
  expect(response.status).toBe(200)
  return cookieOf(response)
}

export type TestPerson = { account: PrivateKeyAccount; cookie: string }

export async function newPerson(): Promise<TestPerson> {
  const account = newAccount()
  return { account, cookie: await signIn(account) }
}

let slugs = 0

/** A workspace that this person owns, made through the public door. */
export async function newWorkspace({ cookie }: TestPerson): Promise<{ id: string; slug: string }> {
  slugs += 1
  const slug = `team-${slugs}-${Math.abs(Date.now() % 1_000_000)}`
  const response = await rest('POST', '/api/v1/workspaces', {
    cookie,
    body: { slug, name: `Team ${slugs}`, roles: ['CONSUMER'] },
  })
  expect(response.status).toBe(201)
  return { id: ((await response.json()) as { id: string }).id, slug }
}

/** Puts a person into a workspace without an invitation, for tests that are not about invitations. */
export async function addMember(workspaceId: string, person: TestPerson, role: MemberRole): Promise<void> {
  const address = storedAddress(person.account.address)
  await pool().query(
    'insert into workspace_members (workspace_id, address, role, added_by) values ($1, $2, $3, $2)',
    [workspaceId, address, role],
  )
}

type TrpcAnswer = {
  status: number
  data: unknown
  error: TrpcErrorData | null
  message: string | null
}
type Envelope = {
  result?: { data: Parameters<typeof superjson.deserialize>[0] }
  error?: Parameters<typeof superjson.deserialize>[0]
}

/** Calls one procedure over HTTP. */
export async function trpc(
  type: 'query' | 'mutation',
  path: string,
  { input, ...ask }: Omit<Ask, 'body'> & { input?: unknown } = {},
): Promise<TrpcAnswer> {
  const payload = input === undefined ? undefined : superjson.serialize(input)
  const query = payload ? `?input=${encodeURIComponent(JSON.stringify(payload))}` : ''
  const request =
    type === 'query'
      ? requestOf('GET', `/api/trpc/${path}${query}`, ask)
      : requestOf('POST', `/api/trpc/${path}`, { ...ask, body: payload ?? '{}' })
  const response = await handleTrpc(request)
  const envelope = (await response.json()) as Envelope
  const error = envelope.error
    ? superjson.deserialize<{ message: string; code: TRPC_ERROR_CODE_NUMBER; data: TrpcErrorData }>(
        envelope.error,
      )
    : null
  return {
    status: response.status,
    data: envelope.result ? superjson.deserialize(envelope.result.data) : undefined,
    error: error?.data ?? null,
    message: error?.message ?? null,
  }
}
