import { readSessionCookie } from '@/server/auth'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import { type Connection, clientIp } from './client-ip'
import { RateLimit, type Spending } from './rate-limit'

type Limits = { anonymous: RateLimit; reads: RateLimit; money: RateLimit }

let limits: Limits | undefined

function currentLimits(): Limits {
  const { rateLimitFactor: factor, ...settings } = env()
  limits ??= {
    anonymous: new RateLimit({
      name: 'anonymous',
      perMinute: settings.RATE_LIMIT_ANONYMOUS_PER_MINUTE * factor,
    }),
    reads: new RateLimit({ name: 'reads', perMinute: settings.RATE_LIMIT_READS_PER_MINUTE * factor }),
    money: new RateLimit({ name: 'money', perMinute: settings.RATE_LIMIT_MONEY_PER_MINUTE * factor }),
  }
  return limits
}

type Admission = { headers: Record<string, string>; refusal: AppError | null }

/**
 * Counts a request against its caller's quota: a browser that this server sealed a cookie for by that cookie (reads and
 * changes apart), everybody else by address. Unsealing asks no database, so a flood never reaches it.
 */
export async function limitRequest(request: Request, connection: Connection): Promise<Admission> {
  const tokenHash = request.headers.has('authorization') ? null : await readSessionCookie(request.headers)
  const { anonymous, reads, money } = currentLimits()
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  const limit = tokenHash ? (isRead ? reads : money) : anonymous
  const caller = tokenHash ? tokenHash.toString('base64url') : clientIp(request, connection)
  const spending = await limit.spend(caller)
  return {
    headers: { RateLimit: limit.headerOf(spending), 'RateLimit-Policy': limit.policyHeader },
    refusal: spending.isAllowed ? null : tooMany(spending),
  }
}

function tooMany({ resetSeconds }: Spending): AppError {
  return new AppError('rate_limited', `Wait ${resetSeconds} seconds, then go on.`, {
    retryAfterSeconds: resetSeconds,
  })
}
