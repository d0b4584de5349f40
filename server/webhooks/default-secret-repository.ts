import type pg from 'pg'
import { SECRET_OVERLAP_HOURS } from '@/domain/webhook'
import { pool } from '@/server/core/db'

type Sealed = { workspaceId: string; sealedSecret: string }

/** Stores it unless there is one; answers the one that counts. */
export async function insertDefaultSecret({ workspaceId, sealedSecret }: Sealed): Promise<string> {
  const { rows } = await pool().query<{ sealed: string }>(
    `insert into workspace_webhook_secrets (workspace_id, sealed_secret) values ($1, $2)
     on conflict (workspace_id) do update set workspace_id = excluded.workspace_id returning sealed_secret as sealed`,
    [workspaceId, sealedSecret],
  )
  return rows[0]?.sealed ?? sealedSecret
}

export type DefaultSecretRow = {
  createdAt: Date
  rotatedAt: Date | null
  previousEndsAt: Date | null
}

const COLUMNS = `created_at as "createdAt", rotated_at as "rotatedAt",
  (webhook_live_secrets(former_secrets)->0->>'endsAt')::timestamptz as "previousEndsAt"`

export async function readDefaultSecret(workspaceId: string): Promise<DefaultSecretRow | null> {
  const { rows } = await pool().query<DefaultSecretRow>(
    `select ${COLUMNS} from workspace_webhook_secrets where workspace_id = $1`,
    [workspaceId],
  )
  return rows[0] ?? null
}

/** Puts a new one in its place; the former signs beside it for a day, as each before it does for its own. */
export async function replaceDefaultSecret(
  client: pg.PoolClient,
  { workspaceId, sealedSecret }: Sealed,
): Promise<DefaultSecretRow | null> {
  const { rows } = await client.query<DefaultSecretRow>(
    `insert into workspace_webhook_secrets as s (workspace_id, sealed_secret, rotated_at) values ($1, $2, now())
     on conflict (workspace_id) do update set sealed_secret = excluded.sealed_secret, rotated_at = now(),
       former_secrets = webhook_retire_secret(s.former_secrets, s.sealed_secret, $3)
     returning ${COLUMNS}`,
    [workspaceId, sealedSecret, SECRET_OVERLAP_HOURS],
  )
  return rows[0] ?? null
}
