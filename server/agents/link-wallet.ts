import type { Hex } from 'viem'
import { checksummed, type StoredAddress } from '@/domain/address'
import { recordAudit } from '@/server/audit'
import { AppError } from '@/server/core/app-error'
import { inTransaction } from '@/server/core/db'
import type { AgentCaller } from './caller-repository'
import { assertLinked } from './require-agent'
import { lockCaller } from './token-repository'
import { nonceGone, verifyWalletMessage } from './verify-wallet-message'
import { walletLinkedElsewhere } from './wallet-linked-elsewhere'
import { takeWalletNonce } from './wallet-nonce-repository'
import { claimWallet, insertAgentWallet } from './wallet-repository'

type Linking = { agent: AgentCaller; message: string; signature: Hex; requestId: string | null }

/**
 * Links the wallet that signed to the agent that asked; linked already, it answers the first link. Throws what
 * `verifyWalletMessage` throws, `agent_not_linked`, `WALLET_LINKED_ELSEWHERE`, `unauthenticated`.
 */
export async function linkWallet({
  agent,
  message,
  signature,
  requestId,
}: Linking): Promise<{ address: StoredAddress; linkedAt: Date }> {
  const { agentId, tokenId, name, workspaceId } = assertLinked(agent)
  const { address, nonce } = await verifyWalletMessage({ message, signature, purpose: 'link', agentId })
  return inTransaction(async (client) => {
    if (!(await takeWalletNonce(client, nonce))) throw nonceGone()
    if (!(await claimWallet(client, { address, workspaceId }))) throw walletLinkedElsewhere(address)
    if (!(await lockCaller(client, { agentId, tokenId }))) throw new AppError('unauthenticated')
    const link = await insertAgentWallet(client, { agentId, address, workspaceId, message, signature })
    if (link.isNew) {
      await recordAudit(client, {
        actor: { address, requestId },
        action: 'agent.wallet_linked',
        workspaceId,
        target: agentId,
        details: { name, address: checksummed(address) },
      })
    }
    return { address, linkedAt: link.linkedAt }
  })
}
