import type { Problem } from '@/domain/errors'

/** What a server answered instead of success, or that it did not answer. Its message is fit for a person. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly problem: Problem | null

  constructor(problem: Problem | null) {
    super(problem?.detail ?? 'The console did not answer. Check the connection and try again.')
    this.problem = problem
  }
}

/** POSTs JSON to this origin and reads the answer; null for 204. Throws `RequestError`. */
export async function postJson(path: string, body: unknown): Promise<unknown> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => null)
  if (!response) throw new RequestError(null)
  const isEmpty = response.status === 204
  const answer: unknown = isEmpty ? null : await response.json().catch(() => null)
  if (!response.ok) throw new RequestError(answer === null ? null : (answer as Problem))
  return answer
}
