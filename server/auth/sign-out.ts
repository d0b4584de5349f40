import { readSessionCookie } from './session-cookie'
import { revokeByToken } from './session-repository'

/** Ends the session of this request, if it has one. Safe to repeat. */
export async function signOut({ headers }: { headers: Headers }): Promise<void> {
  const tokenHash = await readSessionCookie(headers)
  if (tokenHash) await revokeByToken(tokenHash)
}
