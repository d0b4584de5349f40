// Payouts that a mandate has authorized, many in one statement, for benchmarks of what a worker does with them.
import { createHash, randomUUID } from 'node:crypto'
import { checksummed, type StoredAddress, storedAddress } from '@/domain/address'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { registerRelayers } from '@/server/relayer'
import type { openChain } from '../test/harness/chain'
import {
  createTestAgent,
  createTestMandate,
  createTestWorkspace,
  randomAddress,
} from '../test/harness/factories'

export const AMOUNT = 1_000n

export type WorkspacePayer = {
  agentId: string
  tokenId: string
  mandateId: string
  wallet: StoredAddress
}

/** A workspace of its own with an agent and a mandate; nothing is in its managed wallet yet. */
export async function createWorkspacePayer(): Promise<WorkspacePayer> {
  const { id: workspaceId } = await createTestWorkspace()
  const { agentId } = await createTestAgent({ workspaceId })
  const mandateId = await createTestMandate({ agentId, workspaceId }, { limitAmount: 10n ** 12n })
  const { rows } = await pool().query<{ wallet: StoredAddress; token: string }>(
    `select w.address as wallet, t.id as token from managed_wallets w, agent_tokens t where w.workspace_id = $1 and t.agent_id = $2`,
    [workspaceId, agentId],
  )
  const [row] = rows
  if (!row) throw new Error('the workspace took no wallet')
  return { agentId, tokenId: row.token, mandateId, wallet: row.wallet }
}

/** The only payer on a chain that relays its payouts: what other benchmarks left would take its turns. */
export async function openRelayedPayer(chain: ReturnType<typeof openChain>): Promise<WorkspacePayer> {
  await pool().query('truncate payouts cascade')
  const payer = await createWorkspacePayer()
  await chain.fund(payer.wallet, 10n ** 12n)
  await registerRelayers()
  return payer
}

/** Payouts of the mandate, by the statement that the API uses. */
export async function authorizePayouts(
  { agentId, tokenId, mandateId }: Omit<WorkspacePayer, 'wallet'>,
  count: number,
): Promise<void> {
  const all = <T>(make: () => T) => Array.from({ length: count }, make)
  const tos = all(randomAddress)
  const ids = all(() => `bench-${randomUUID()}`)
  const { USDC_ADDRESS, NETWORK } = env()
  const { rows } = await pool().query<{ outcome: string }>(
    `select outcome from payout_create_batch($1, $2, 'base', $3, $4, '', $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, $12, $14, $15, $16, $17, $12)`,
    [
      agentId,
      NETWORK.chainId,
      storedAddress(USDC_ADDRESS),
      checksummed(USDC_ADDRESS),
      all(() => tokenId),
      ids,
      tos,
      tos.map(checksummed),
      all(() => AMOUNT),
      all(() => 'USDC'),
      all(() => mandateId),
      all(() => null),
      all(() => null),
      all(() => 3600),
      ids.map((id) => createHash('sha256').update(id).digest()),
      all(() => false),
      all(randomUUID),
    ],
  )
  const refused = rows.find(({ outcome }) => outcome !== 'created')
  if (refused) throw new Error(`a payout was ${refused.outcome}`)
}

/** How many payouts have this status. */
export async function countPayouts(status: string): Promise<number> {
  const { rows } = await pool().query<{ n: number }>(
    'select count(*)::int as n from payouts where status = $1::payout_status',
    [status],
  )
  return rows[0]?.n ?? 0
}
