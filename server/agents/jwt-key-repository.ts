import type { JWK } from 'jose'
import { pool } from '@/server/core/db'

export type JwtKeyRow = {
  kid: string
  publicJwk: JWK
  sealedPrivateJwk: string
  /** May sign: not retired. */
  isActive: boolean
  ageSeconds: number
}

/** Every key that still verifies: the active ones, and the retired ones until their last JWT has expired. Newest first. */
export async function readJwtKeys({
  retiredForSeconds,
}: {
  retiredForSeconds: number
}): Promise<JwtKeyRow[]> {
  const { rows } = await pool().query<JwtKeyRow>({
    name: 'read-jwt-keys',
    text: `select kid, public_jwk as "publicJwk", sealed_private_jwk as "sealedPrivateJwk", retired_at is null as "isActive",
                  extract(epoch from now() - created_at)::float8 as "ageSeconds"
             from jwt_keys
            where retired_at is null or retired_at > now() - make_interval(secs => $1)
            order by created_at desc, kid`,
    values: [retiredForSeconds],
  })
  return rows
}

type NewKey = { kid: string; algorithm: string; publicJwk: JWK; sealedPrivateJwk: string }

export async function insertJwtKey({ kid, algorithm, publicJwk, sealedPrivateJwk }: NewKey): Promise<void> {
  await pool().query(
    'insert into jwt_keys (kid, algorithm, public_jwk, sealed_private_jwk) values ($1, $2, $3, $4)',
    [kid, algorithm, JSON.stringify(publicJwk), sealedPrivateJwk],
  )
}

/** Retires the active keys that are older than the given one. */
export async function retireKeysBefore(kid: string): Promise<number> {
  const { rowCount } = await pool().query(
    `update jwt_keys set retired_at = now()
      where retired_at is null and created_at < (select created_at from jwt_keys where kid = $1)`,
    [kid],
  )
  return rowCount ?? 0
}
