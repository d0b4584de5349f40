// Rows that tests start from, written as plainly as the schema allows.
import { randomBytes, randomUUID } from 'node:crypto'
import { type StoredAddress, storedAddress } from '@/domain/address'
import { hashAgentToken, newAgentId, newAgentToken, shownPrefix } from '@/server/agents/agent-token'
import { pool } from '@/server/core/db'

export type TestWorkspace = { id: string; slug: string; name: string; walletAddress: StoredAddress }

/** A live workspace with its wallet as OWNER. */
export async function createTestWorkspace({
  walletAddress = randomAddress(),
  name = 'Test workspace',
}: {
  walletAddress?: StoredAddress
  name?: string
} = {}): Promise<TestWorkspace> {
  const slug = `ws-${randomUUID().slice(0, 13)}`
  const { rows } = await pool().query<{ id: string }>(
    `with workspace as (
       insert into workspaces (slug, name, wallet_address, roles, created_by)
       values ($1, $2, $3, '{CONSUMER}', $3) returning id
     ), member as (
       insert into workspace_members (workspace_id, address, role, added_by) select id, $3, 'OWNER', $3 from workspace
     )
     select id from workspace`,
    [slug, name, walletAddress],
  )
  const [row] = rows
  if (!row) throw new Error('the workspace was not inserted')
  return { id: row.id, slug, name, walletAddress }
}

/** Takes its managed wallet from a workspace, so that nothing of it has to be asked of a chain that is not there. */
export async function removeManagedWallet(workspaceId: string): Promise<void> {
  await pool().query('delete from managed_wallets where workspace_id = $1', [workspaceId])
}

export function randomAddress(): StoredAddress {
  return storedAddress(`0x${randomUUID().replaceAll('-', '')}00000000`)
}

export type TestAgent = {
  agentId: string
  token: string
  workspaceId: string
  headers: { authorization: string }
}

/** A live agent of a workspace with a token; `wallets` are linked to it. */
export async function createTestAgent({
  workspaceId,
  wallets = [],
}: {
  workspaceId: string
  wallets?: readonly string[]
}): Promise<TestAgent> {
  const [agentId, token] = [newAgentId(), newAgentToken()]
  await pool().query(
    `with agent as (
       insert into agents (id, workspace_id, name, origin, linked_at) values ($1, $2, 'Test agent', 'console', now())
     )
     insert into agent_tokens (agent_id, token_hash, prefix) values ($1, $3, $4)`,
    [agentId, workspaceId, hashAgentToken(token), shownPrefix(token)],
  )
  for (const wallet of wallets) await linkTestWallet({ agentId, workspaceId, wallet })
  return { agentId, token, workspaceId, headers: { authorization: `Bearer ${token}` } }
}

/** Links a wallet to an agent as if it had signed. */
export async function linkTestWallet({
  agentId,
  workspaceId,
  wallet,
}: {
  agentId: string
  workspaceId: string
  wallet: string
}): Promise<void> {
  const address = storedAddress(wallet)
  await pool().query(
    'insert into linked_wallets (address, workspace_id) values ($1, $2) on conflict do nothing',
    [address, workspaceId],
  )
  await pool().query(
    `insert into agent_wallets (agent_id, address, workspace_id, message, signature) values ($1, $2, $3, 'test', '0x')`,
    [agentId, address, workspaceId],
  )
}

type MandateParts = Partial<{
  limitAmount: bigint
  maxAmountPerTx: bigint
  recipientAllowlist: readonly string[]
  periodSeconds: number
  periodLimit: bigint
  /** Draws it up without a signature. */
  isDraft: boolean
}>

/** A mandate of an agent, signed as if an approver had. */
export async function createTestMandate(
  { agentId, workspaceId }: { agentId: string; workspaceId: string },
  { limitAmount = 1_000_000_000n, isDraft = false, ...parts }: MandateParts = {},
): Promise<string> {
  const id = `m_${randomBytes(16).toString('hex')}`
  await pool().query(
    `with evidence as (
       insert into signed_evidence (workspace_id, kind, reference, signer, digest, typed_data, signature)
       select $2, 'mandate', $1, wallet_address, $11, '{}', '0x' from workspaces where id = $2 and $10 > 0
     )
     insert into mandates (id, workspace_id, agent_id, status, natural_language, limit_amount, max_amount_per_tx, recipient_allowlist,
       period_seconds, period_limit, valid_from, valid_until, link_expires_at, signature_count, signed_at)
     values ($1, $2, $3, $4, 'Pay the suppliers', $5, $6, $7, $8, $9, now() - interval '1 minute', now() + interval '30 days',
       now() + interval '10 minutes', $10, case when $10 > 0 then now() end)`,
    [
      id,
      workspaceId,
      agentId,
      isDraft ? 'pending_signature' : 'signed',
      limitAmount,
      parts.maxAmountPerTx ?? null,
      (parts.recipientAllowlist ?? []).map(storedAddress),
      parts.periodSeconds ?? null,
      parts.periodLimit ?? null,
      isDraft ? 0 : 1,
      randomBytes(32),
    ],
  )
  return id
}
