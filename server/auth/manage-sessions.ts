import type { SessionView } from '@/domain/people'
import { AppError } from '@/server/core/app-error'
import type { Person } from './person'
import { listLiveSessions, revokeAll, revokeById } from './session-repository'

/** The browsers a person is signed in with, newest first, the asking one marked. */
export async function listSessions(person: Person): Promise<SessionView[]> {
  const rows = await listLiveSessions(person.address)
  return rows.map((row) => ({
    id: row.id,
    userAgent: row.userAgent,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    isCurrent: row.id === person.sessionId,
  }))
}

/** Signs one of the person's browsers out at once. Throws `not_found`, also for somebody else's session. */
export async function revokeSession({ person, id }: { person: Person; id: string }): Promise<void> {
  const isRevoked = await revokeById({ address: person.address, id })
  if (!isRevoked) throw new AppError('not_found', 'There is no such session.')
}

/** "Sign out everywhere": ends all sessions of the person but the asking one, unless that is wanted too. */
export async function revokeAllSessions({
  person,
  keepsCurrent,
}: {
  person: Person
  keepsCurrent: boolean
}): Promise<{ revoked: number }> {
  return {
    revoked: await revokeAll({ address: person.address, exceptId: keepsCurrent ? person.sessionId : null }),
  }
}
