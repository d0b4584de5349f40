import { TextResponse } from '@/server/http/text-response'

/** A JSON answer. Every figure in it is money or a right, so no cache on the way may keep it (set for all in app.ts). */
export function answerJson(
  value: unknown,
  { status = 200, headers = {} }: { status?: number; headers?: HeadersInit } = {},
): Response {
  const all = new Headers(headers)
  all.set('content-type', 'application/json; charset=utf-8')
  return new TextResponse(JSON.stringify(value), { status, headers: all })
}

/** The documented shape of a new list. */
export function answerPage<T>(data: T[], nextCursor: string | null): Response {
  return answerJson({ data, hasMore: nextCursor !== null, nextCursor })
}

/** `Link: <…>; rel="next"` with the same query and the next cursor. */
export function nextLink(request: Request, nextCursor: string | null): Record<string, string> {
  if (nextCursor === null) return {}
  const { pathname, searchParams } = new URL(request.url)
  searchParams.set('cursor', nextCursor)
  return { link: `<${pathname}?${searchParams}>; rel="next"` }
}
