import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'

/**
 * Cross-site requests carry the cookie of SameSite=Lax in some browsers and none of our Origin in any: a changing
 * request names one of APP_ORIGINS or is refused; a missing Origin and `null` (a sandboxed frame) are refused too.
 * Returns the origin. Throws `csrf_failed`.
 */
export function assertSameOrigin({ headers }: { headers: Headers }): string {
  const origin = headers.get('origin')
  if (origin && env().APP_ORIGINS.includes(origin)) return origin
  throw new AppError(
    'csrf_failed',
    `The Origin header is ${origin ? 'another site' : 'missing'}; it must be one of this console's origins.`,
  )
}
