import type * as z from 'zod'
import type { Problem } from '@/domain/errors'
import { RequestError } from '../auth/post-json'

type AgentRequest = {
  method?: 'GET' | 'POST' | 'DELETE'
  /** The agent's bearer; left out where none is needed. */
  token?: string
  /** JSON text, so that an amount keeps its exact digits. */
  body?: string
  headers?: Record<string, string>
}

export type AgentResponse = { status: number; answer: unknown; headers: Headers }

/** Calls this origin's REST API as an agent does: with its bearer and without the cookie. Throws `RequestError` when nothing answers. */
export async function requestAgentApi(
  path: string,
  { method = 'GET', token, body, headers }: AgentRequest = {},
): Promise<AgentResponse> {
  const response = await fetch(path, {
    method,
    credentials: 'omit',
    cache: 'no-store',
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  }).catch(() => null)
  if (!response) throw new RequestError(null)
  const text = await response.text().catch(() => '')
  return { status: response.status, answer: readJson(text), headers: response.headers }
}

/** The answer in its published shape. Throws `RequestError` with the problem for everything else than success. */
export async function callAgentApi<Schema extends z.ZodType>(
  path: string,
  { schema, ...request }: AgentRequest & { schema: Schema },
): Promise<z.output<Schema>> {
  const { status, answer } = await requestAgentApi(path, request)
  if (status >= 400) throw new RequestError(problemOf(answer))
  return schema.parse(answer)
}

/** The problem in an answer, or null when it is none of ours. */
export function problemOf(answer: unknown): Problem | null {
  const isProblem = typeof answer === 'object' && answer !== null && 'code' in answer && 'detail' in answer
  return isProblem ? (answer as Problem) : null
}

function readJson(text: string): unknown {
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
