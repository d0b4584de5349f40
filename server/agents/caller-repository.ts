import { pool } from '@/server/core/db'

/**
 * The agent behind a live credential. `tokenId` is the token's row for a JWT too. An agent past `expiresAt` may read and
 * spends nothing; the statements that spend check that, and that agent and token are live, by themselves.
 */
export type AgentCaller = {
  agentId: string
  workspaceId: string | null
  tokenId: string
  name: string
  expiresAt: Date | null
}

const COLUMNS = `a.id as "agentId", a.workspace_id as "workspaceId", t.id as "tokenId", a.name, a.expires_at as "expiresAt"`
const TOKEN_IS_LIVE = 't.revoked_at is null and (t.expires_at is null or t.expires_at > now())'
const AGENT_IS_LIVE = `a.revoked_at is null and a.deleted_at is null
  and (a.workspace_id is null or exists (select 1 from workspaces w where w.id = a.workspace_id and w.deleted_at is null))`

/** Null unless token and agent are live now, and its workspace too. */
export async function findCallerByToken(tokenHash: Buffer): Promise<AgentCaller | null> {
  const { rows } = await pool().query<AgentCaller>({
    name: 'find-agent-caller-by-token',
    text: `select ${COLUMNS} from agent_tokens t join agents a on a.id = t.agent_id
            where t.token_hash = $1 and ${TOKEN_IS_LIVE} and ${AGENT_IS_LIVE}`,
    values: [tokenHash],
  })
  return rows[0] ?? null
}

type ByTokenId = { agentId: string; tokenId: string }

/** The same for the token that a JWT was made from; `deleted` when its agent is gone for good. */
export async function findCallerByTokenId({
  agentId,
  tokenId,
}: ByTokenId): Promise<AgentCaller | 'deleted' | null> {
  const { rows } = await pool().query<AgentCaller & { isDeleted: boolean; isLive: boolean }>({
    name: 'find-agent-caller-by-token-id',
    text: `select ${COLUMNS}, a.deleted_at is not null as "isDeleted", t.id is not null and ${TOKEN_IS_LIVE} and ${AGENT_IS_LIVE} as "isLive"
             from agents a left join agent_tokens t on t.id = $2 and t.agent_id = a.id where a.id = $1`,
    values: [agentId, tokenId],
  })
  const [row] = rows
  // Only this server signs, so an agent that a valid JWT names was there once.
  if (!row || row.isDeleted) return 'deleted'
  const { isDeleted, isLive, ...caller } = row
  return isLive ? caller : null
}

/** Whether the token was one of an agent that is gone for good. */
export async function isDeletedAgent({
  agentId,
  tokenHash,
}: {
  agentId: string
  tokenHash: Buffer
}): Promise<boolean> {
  const { rowCount } = await pool().query(
    `select 1 from agent_tokens t join agents a on a.id = t.agent_id
      where t.token_hash = $2 and a.id = $1 and a.deleted_at is not null`,
    [agentId, tokenHash],
  )
  return rowCount === 1
}

/** Notes the use of tokens and their agents. A row that somebody holds is left out: the next minute notes it. */
export async function touchTokens(tokenIds: readonly string[]): Promise<void> {
  await pool().query({
    name: 'touch-agent-tokens',
    text: `with used as (
             select id, agent_id from agent_tokens where id = any($1::uuid[]) for update skip locked
           ), touched as (
             update agent_tokens t set last_used_at = now() from used where t.id = used.id
           ), due as (
             select id from agents where id in (select agent_id from used) for update skip locked
           )
           update agents a set last_used_at = now() from due where a.id = due.id`,
    values: [tokenIds],
  })
}
