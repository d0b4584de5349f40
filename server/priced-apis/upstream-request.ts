/** The part of a call that the agent decides. */
export type PaidRequest = {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** What follows the slug, as it was sent: empty or starting with "/". */
  path: string
  /** Empty or starting with "?". */
  search: string
  headers: Headers
  body: Uint8Array | undefined
}

// What the agent may tell the upstream. Credentials, cookies, payments and forwarding headers are not among it.
const REQUEST_HEADERS = [
  'accept',
  'accept-language',
  'content-language',
  'content-type',
  'idempotency-key',
  'prefer',
  'range',
]
// What the upstream may tell the agent. It is served from our origin, so nothing that acts on an origin passes.
const ANSWER_HEADERS = [
  'accept-ranges',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-range',
  'content-type',
  'etag',
  'last-modified',
  'retry-after',
]
const MAX_UNESCAPES = 3

export function pickRequestHeaders(headers: Headers): Record<string, string> {
  return pick(headers, REQUEST_HEADERS)
}

export function pickAnswerHeaders(headers: Headers): Record<string, string> {
  return pick(headers, ANSWER_HEADERS)
}

/**
 * The upstream's address for a call. Null when the path would leave what the owner has registered, as an encoded ".."
 * does on servers that decode twice.
 */
export function joinUpstream({
  upstreamUrl,
  path,
  search,
}: { upstreamUrl: string } & Pick<PaidRequest, 'path' | 'search'>): string | null {
  if (climbs(path)) return null
  const base = new URL(upstreamUrl)
  const start = path === '' ? base.pathname : base.pathname.replace(/\/$/, '')
  return `${base.origin}${start}${path}${search}`
}

function climbs(path: string): boolean {
  let text = path
  for (let round = 0; round <= MAX_UNESCAPES; round += 1) {
    // "..;" is ".." to servers that cut path parameters off.
    if (text.split(/[/\\]/).some((segment) => /^\.{1,2}(;|$)/.test(segment))) return true
    const next = unescapeOnce(text)
    if (next === null) return true
    if (next === text) return false
    text = next
  }
  return true
}

function unescapeOnce(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

/**
 * Why an answer does not count as one, or null. What the agent did wrong is an answer and is paid for (400, 404, 422, …);
 * refused credentials, demands for payment, rate limits and redirects are between the owner and the upstream, and 5xx is
 * the upstream's own failure.
 */
export function failureOf(status: number): string | null {
  if (status >= 500) return `status_${status}`
  const isRedirect = status >= 300 && status < 400
  return isRedirect || status < 200 || UNPAID.has(status) ? `status_${status}` : null
}

const UNPAID = new Set([401, 402, 407, 408, 429])

function pick(headers: Headers, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers.get(name)
      return value === null ? [] : [[name, value]]
    }),
  )
}
