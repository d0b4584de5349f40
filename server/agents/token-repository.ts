import type pg from 'pg'
import { hashAgentToken, newAgentToken, shownPrefix } from './agent-token'

/** How long a token that was rotated away still works, so that no call under way fails. */
export const GRACE_SECONDS = 60

export type MintedToken = { token: string; tokenId: string }

/** A new secret; what is stored is its hash. */
export async function insertToken(client: pg.PoolClient, agentId: string): Promise<MintedToken> {
  const token = newAgentToken()
  const { rows } = await client.query<{ id: string }>(
    'insert into agent_tokens (agent_id, token_hash, prefix) values ($1, $2, $3) returning id',
    [agentId, hashAgentToken(token), shownPrefix(token)],
  )
  return { token, tokenId: (rows[0] as { id: string }).id }
}

/** Gives every live token of an agent its end. The caller holds the agent's row, so no new one appears meanwhile. */
export async function endTokens(client: pg.PoolClient, agentId: string): Promise<Date> {
  const { rows } = await client.query<{ at: Date }>(
    `with ended as (
       update agent_tokens set expires_at = least(expires_at, now() + make_interval(secs => $2))
        where agent_id = $1 and revoked_at is null and (expires_at is null or expires_at > now())
     )
     select now() + make_interval(secs => $2) as at`,
    [agentId, GRACE_SECONDS],
  )
  return (rows[0] as { at: Date }).at
}

/** Ends every token at once. */
export async function revokeTokens(client: pg.PoolClient, agentId: string): Promise<void> {
  await client.query(
    'update agent_tokens set revoked_at = now() where agent_id = $1 and revoked_at is null',
    [agentId],
  )
}

/** Locks the agent's row if agent and token are live now. Changes of tokens and links of one agent follow one another. */
export async function lockCaller(
  client: pg.PoolClient,
  { agentId, tokenId }: { agentId: string; tokenId: string },
): Promise<{ workspaceId: string | null } | null> {
  const { rows } = await client.query<{ workspaceId: string | null }>(
    `select a.workspace_id as "workspaceId" from agents a
      where a.id = $1 and a.revoked_at is null and a.deleted_at is null
        and exists (select 1 from agent_tokens t where t.id = $2 and t.agent_id = a.id
                       and t.revoked_at is null and (t.expires_at is null or t.expires_at > now()))
      for no key update`,
    [agentId, tokenId],
  )
  return rows[0] ?? null
}
