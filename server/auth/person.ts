import type { StoredAddress } from '@/domain/address'
import { AppError } from '@/server/core/app-error'
import { readSessionCookie } from './session-cookie'
import { findLiveSession } from './session-repository'

/** A signed-in person and the session that says so. */
export type Person = { address: StoredAddress; sessionId: string; expiresAt: Date }

/** The person behind the session cookie, or null. With an `Authorization` header the cookie is ignored (a caller speaks as one). */
export async function findPerson({ headers }: { headers: Headers }): Promise<Person | null> {
  if (headers.has('authorization')) return null
  const tokenHash = await readSessionCookie(headers)
  const session = tokenHash && (await findLiveSession(tokenHash))
  return session ? { address: session.address, sessionId: session.id, expiresAt: session.expiresAt } : null
}

/** The signed-in person. Throws `unauthenticated`. */
export async function requirePerson(request: { headers: Headers }): Promise<Person> {
  const person = await findPerson(request)
  if (!person) throw new AppError('unauthenticated', 'Sign in with your wallet and try again.')
  return person
}
