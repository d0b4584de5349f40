import { findAgent, isKnownAgent } from '@/server/agents'
import { readSessionCookie } from '@/server/auth'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import { type Connection, clientIp } from './client-ip'
import { RateLimit, type Spending } from './rate-limit'

type Limits = { anonymous: RateLimit; reads: RateLimit; money: RateLimit }

let limits: Limits | undefined

function currentLimits(): Limits {
  limits ??= createLimits()
  return limits
}

function createLimits(): Limits {
  const { rateLimitFactor: factor, ...settings } = env()
  return {
    anonymous: new RateLimit({
      name: 'anonymous',
      perMinute: settings.RATE_LIMIT_ANONYMOUS_PER_MINUTE * factor,
    }),
    reads: new RateLimit({ name: 'reads', perMinute: settings.RATE_LIMIT_READS_PER_MINUTE * factor }),
    money: new RateLimit({ name: 'money', perMinute: settings.RATE_LIMIT_MONEY_PER_MINUTE * factor }),
  }
}

type Admission = { headers: Record<string, string>; refusal: AppError | null }

/**
 * Counts a request against its caller's quota: a browser that this server sealed a cookie for by that cookie, an agent by
 * the token behind its bearer (reads and changes apart), everybody else by address. Unsealing asks no database, and who
 * has spent the quota of its address is looked up no more, so a flood never reaches it.
 */
export async function limitRequest(request: Request, connection: Connection): Promise<Admission> {
  const { anonymous, reads, money } = currentLimits()
  const address = clientIp(request, connection)
  const credential = request.headers.has('authorization')
    ? await agentCredential(request, anonymous.isSpent(address))
    : ((await readSessionCookie(request.headers))?.toString('base64url') ?? null)
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  const limit = credential === null ? anonymous : isRead ? reads : money
  const spending = await limit.spend(credential ?? address)
  return {
    headers: { RateLimit: limit.headerOf(spending), 'RateLimit-Policy': limit.policyHeader },
    refusal: spending.isAllowed ? null : tooMany(spending),
  }
}

/** The id of the token that a bearer speaks by, or null for one that was not live lately. The route judges it by itself. */
async function agentCredential(request: Request, isAddressSpent: boolean): Promise<string | null> {
  if (isAddressSpent && !isKnownAgent(request)) return null
  try {
    return (await findAgent(request, { isChecked: true }))?.tokenId ?? null
  } catch {
    // A deleted agent, or a database that is away: the route answers that, and here it counts as a stranger.
    return null
  }
}

function tooMany({ resetSeconds }: Spending): AppError {
  return new AppError('rate_limited', `Wait ${resetSeconds} seconds, then go on.`, {
    retryAfterSeconds: resetSeconds,
  })
}
