import { checksummed, type StoredAddress } from '@/domain/address'
import { type Actor, type AgentActor, recordAudit } from '@/server/audit'
import { AppError } from '@/server/core/app-error'
import { inTransaction } from '@/server/core/db'
import { lockAgent } from './agent-repository'
import type { LinkedAgent } from './require-agent'
import { lockCaller } from './token-repository'
import { deleteAgentWallet, lockWallet } from './wallet-repository'

type Unlinking = { agentId: string; workspaceId: string; address: StoredAddress; actor: Actor | AgentActor }
type ByAgent = { agent: LinkedAgent; address: StoredAddress; requestId: string | null }

/**
 * Unlinks a wallet on behalf of a person of the workspace: what it sends from now on is credited to nobody by itself.
 * Throws `not_found`.
 */
export function unlinkWallet(unlinking: Unlinking): Promise<void> {
  return unlink(unlinking, null)
}

/** The same asked by the agent itself. Throws `not_found`, `unauthenticated`. */
export function unlinkOwnWallet({ agent, address, requestId }: ByAgent): Promise<void> {
  const { agentId, workspaceId, tokenId } = agent
  return unlink({ agentId, workspaceId, address, actor: { agentId, requestId } }, tokenId)
}

async function unlink(
  { agentId, workspaceId, address, actor }: Unlinking,
  tokenId: string | null,
): Promise<void> {
  await inTransaction(async (client) => {
    await lockWallet(client, address)
    if (tokenId && !(await lockCaller(client, { agentId, tokenId }))) throw new AppError('unauthenticated')
    const agent = await lockAgent(client, { agentId, workspaceId })
    if (!agent || !(await deleteAgentWallet(client, { agentId, address, workspaceId }))) {
      throw new AppError('not_found', 'No such wallet is linked to this agent.')
    }
    await recordAudit(client, {
      actor,
      action: 'agent.wallet_unlinked',
      workspaceId,
      target: agentId,
      details: { name: agent.name, address: checksummed(address) },
    })
  })
}
