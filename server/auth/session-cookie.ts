import { createHash, randomBytes } from 'node:crypto'
import { parse } from 'hono/utils/cookie'
import { getIronSession, type SessionOptions, unsealData } from 'iron-session'
import { env } from '@/server/core/env'

export const SESSION_SECONDS = 12 * 3600
// `__Host-` makes browsers refuse a cookie that a sibling subdomain, or a page without TLS, tries to plant.
const SECURE_NAME = '__Host-bursar_session'
const LOOPBACK_NAME = 'bursar_session'

type SessionData = { secret?: string }

/** A new session secret (256 random bits) and the hash of it that the database keeps. */
export function newSessionSecret(): { secret: string; tokenHash: Buffer } {
  const secret = randomBytes(32).toString('base64url')
  return { secret, tokenHash: hashSecret(secret) }
}

function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

function isHttpLoopback(origin: string): boolean {
  const { protocol, hostname } = new URL(origin)
  return protocol === 'http:' && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)
}

function optionsFor(name: string): SessionOptions {
  return {
    cookieName: name,
    password: env().SESSION_SECRET,
    // iron-session lets the cookie end a minute before its seal; the row in the database ends at twelve hours sharp.
    ttl: SESSION_SECONDS + 60,
    cookieOptions: { httpOnly: true, sameSite: 'lax', secure: name === SECURE_NAME, path: '/' },
  }
}

/** The `Set-Cookie` value of a signed-in browser. Secure, unless the page is served over plain http on this machine. */
export async function sealSessionCookie({
  secret,
  origin,
}: {
  secret: string
  origin: string
}): Promise<string> {
  const response = new Response()
  const options = optionsFor(isHttpLoopback(origin) ? LOOPBACK_NAME : SECURE_NAME)
  const session = await getIronSession<SessionData>(new Request(origin), response, options)
  session.secret = secret
  await session.save()
  return response.headers.get('set-cookie') ?? ''
}

/** `Set-Cookie` values that remove the session cookie under both of its names. */
export function clearSessionCookies(): string[] {
  return [SECURE_NAME, LOOPBACK_NAME].map(
    (name) => `${name}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax${name === SECURE_NAME ? '; Secure' : ''}`,
  )
}

/** The token hash inside a request's cookie, or null when there is none that this server sealed. Asks no database. */
export async function readSessionCookie(headers: Headers): Promise<Buffer | null> {
  const header = headers.get('cookie')
  if (!header) return null
  const cookies = parse(header)
  const allowsLoopback = env().APP_ORIGINS.some(isHttpLoopback)
  const seal = cookies[SECURE_NAME] ?? (allowsLoopback ? cookies[LOOPBACK_NAME] : undefined)
  if (!seal || seal.length > 1024) return null
  try {
    const data = await unsealData<SessionData>(seal, {
      password: env().SESSION_SECRET,
      ttl: SESSION_SECONDS + 60,
    })
    return typeof data.secret === 'string' ? hashSecret(data.secret) : null
  } catch {
    // A seal with a wrong form throws where a wrong key answers empty; neither is ours.
    return null
  }
}
