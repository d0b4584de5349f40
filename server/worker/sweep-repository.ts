import { pool } from '@/server/core/db'

/** Removes sign-in nonces a day after they expired, so that a late use can still be told from an unknown one. */
export async function deleteExpiredNonces(): Promise<number> {
  const { rowCount } = await pool().query(
    `delete from siwe_nonces where expires_at < now() - interval '1 day'`,
  )
  return rowCount ?? 0
}

/** Removes sessions a month after they ended; until then a person can see where they were signed in. */
export async function deleteEndedSessions(): Promise<number> {
  const { rowCount } = await pool().query(
    `delete from auth_sessions where expires_at < now() - interval '30 days'`,
  )
  return rowCount ?? 0
}
