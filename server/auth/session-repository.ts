import type { StoredAddress } from '@/domain/address'
import { pool } from '@/server/core/db'

type SessionRow = {
  id: string
  address: StoredAddress
  userAgent: string | null
  createdAt: Date
  lastSeenAt: Date
  expiresAt: Date
}

const COLUMNS = `id, address, user_agent as "userAgent", created_at as "createdAt", last_seen_at as "lastSeenAt", expires_at as "expiresAt"`

/** Stores a nonce and clears a few dead ones with it, so that the table stays small without a sweep of its own. */
export async function insertNonce({
  nonce,
  ttlSeconds,
}: {
  nonce: string
  ttlSeconds: number
}): Promise<Date> {
  const { rows } = await pool().query<{ expires_at: Date }>({
    name: 'insert-siwe-nonce',
    text: `with swept as (
             delete from siwe_nonces where nonce in (
               select nonce from siwe_nonces where expires_at < now() order by expires_at limit 10 for update skip locked)
           )
           insert into siwe_nonces (nonce, expires_at) values ($1, now() + make_interval(secs => $2)) returning expires_at`,
    values: [nonce, ttlSeconds],
  })
  return (rows[0] as { expires_at: Date }).expires_at
}

/** Whether the nonce is unused and alive, with the database's clock. Reading it uses nothing up. */
export async function readNonce(nonce: string): Promise<{ isLive: boolean; now: Date }> {
  const { rows } = await pool().query<{ isLive: boolean; now: Date }>({
    name: 'read-siwe-nonce',
    text: `select now(), exists(select 1 from siwe_nonces where nonce = $1 and expires_at > now()) as "isLive"`,
    values: [nonce],
  })
  return rows[0] as { isLive: boolean; now: Date }
}

type NewSession = {
  nonce: string
  address: StoredAddress
  tokenHash: Buffer
  userAgent: string | null
  ttlSeconds: number
}

/**
 * Uses the nonce up and opens the session in one statement: of any number of equal requests one deletes the row and
 * inserts, the others delete nothing and insert nothing. Null when the nonce is gone.
 */
export async function openSessionWithNonce(session: NewSession): Promise<SessionRow | null> {
  const { rows } = await pool().query<SessionRow>({
    name: 'open-session-with-nonce',
    text: `with used as (
             delete from siwe_nonces where nonce = $1 and expires_at > now() returning nonce
           )
           insert into auth_sessions (token_hash, address, user_agent, expires_at)
           select $2, $3, $4, now() + make_interval(secs => $5) from used
           returning ${COLUMNS}`,
    values: [session.nonce, session.tokenHash, session.address, session.userAgent, session.ttlSeconds],
  })
  return rows[0] ?? null
}

/** The live session behind a token. Marks it as seen, at most once in five minutes so that reads stay reads. */
export async function findLiveSession(tokenHash: Buffer): Promise<SessionRow | null> {
  const { rows } = await pool().query<SessionRow>({
    name: 'find-live-session',
    text: `with seen as (
             update auth_sessions set last_seen_at = now()
             where token_hash = $1 and revoked_at is null and last_seen_at < now() - interval '5 minutes'
           )
           select ${COLUMNS} from auth_sessions where token_hash = $1 and revoked_at is null and expires_at > now()`,
    values: [tokenHash],
  })
  return rows[0] ?? null
}

export async function revokeByToken(tokenHash: Buffer): Promise<void> {
  await pool().query(
    'update auth_sessions set revoked_at = now() where token_hash = $1 and revoked_at is null',
    [tokenHash],
  )
}

export async function listLiveSessions(address: StoredAddress): Promise<SessionRow[]> {
  const { rows } = await pool().query<SessionRow>(
    `select ${COLUMNS} from auth_sessions
     where address = $1 and revoked_at is null and expires_at > now() order by created_at desc limit 100`,
    [address],
  )
  return rows
}

/** Revokes one session of this person. False when it is not theirs, or gone already. */
export async function revokeById({ address, id }: { address: StoredAddress; id: string }): Promise<boolean> {
  const { rowCount } = await pool().query(
    'update auth_sessions set revoked_at = now() where id = $1 and address = $2 and revoked_at is null and expires_at > now()',
    [id, address],
  )
  return rowCount === 1
}

/** Revokes all sessions of this person, but for one to keep. Returns how many. */
export async function revokeAll({
  address,
  exceptId,
}: {
  address: StoredAddress
  exceptId: string | null
}): Promise<number> {
  const { rowCount } = await pool().query(
    `update auth_sessions set revoked_at = now()
     where address = $1 and revoked_at is null and expires_at > now() and ($2::uuid is null or id <> $2)`,
    [address, exceptId],
  )
  return rowCount ?? 0
}
