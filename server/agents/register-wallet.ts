import type pg from 'pg'
import type { Hex } from 'viem'
import { checksummed, type StoredAddress } from '@/domain/address'
import { recordAudit } from '@/server/audit'
import { assertMaySignUp } from '@/server/auth'
import { inTransaction } from '@/server/core/db'
import { findWalletWorkspace, openWalletWorkspace } from '@/server/workspaces'
import { findWalletAgent, insertAgent } from './agent-repository'
import { newAgentId } from './agent-token'
import { forgetCallers } from './caller-cache'
import { endTokens, insertToken } from './token-repository'
import { nonceGone, verifyWalletMessage } from './verify-wallet-message'
import { walletLinkedElsewhere } from './wallet-linked-elsewhere'
import { takeWalletNonce } from './wallet-nonce-repository'
import { claimWallet, insertAgentWallet } from './wallet-repository'

type Registration = { message: string; signature: Hex; name: string | undefined; requestId: string | null }

type Registered = {
  agentId: string
  token: string
  address: StoredAddress
  workspaceId: string
  /** The wallet had this agent: its former tokens die after 60 seconds. */
  isRecovered: boolean
}

/**
 * Registers an agent by its wallet's signature, links the wallet and makes the wallet's workspace if it has none; or gives
 * a new bearer to the agent that the wallet made before. The message is used up in the same transaction. Throws what
 * `verifyWalletMessage` throws, `signup_closed`, `WALLET_LINKED_ELSEWHERE`.
 */
export async function registerWallet({
  message,
  signature,
  name,
  requestId,
}: Registration): Promise<Registered> {
  const { address, nonce } = await verifyWalletMessage({
    message,
    signature,
    purpose: 'register',
    agentId: null,
  })
  if ((await findWalletWorkspace(address)) === null) await assertMaySignUp(address)
  const registered = await inTransaction(async (client) => {
    if (!(await takeWalletNonce(client, nonce))) throw nonceGone()
    const workspaceId = await openWalletWorkspace(client, { address, requestId })
    // Holds the wallet's row: two messages of one wallet at once register one agent.
    if (!(await claimWallet(client, { address, workspaceId }))) throw walletLinkedElsewhere(address)
    const known = await findWalletAgent(client, { address, workspaceId })
    const agent = known ?? (await addAgent(client, { address, workspaceId, name }))
    if (known) await endTokens(client, known.id)
    const { token } = await insertToken(client, agent.id)
    await insertAgentWallet(client, { agentId: agent.id, address, workspaceId, message, signature })
    await recordAudit(client, {
      actor: { address, requestId },
      action: known ? 'agent.recovered' : 'agent.created',
      workspaceId,
      target: agent.id,
      details: { name: agent.name, address: checksummed(address) },
    })
    return { agentId: agent.id, token, address, workspaceId, isRecovered: known !== null }
  })
  forgetCallers()
  return registered
}

type NewAgent = { address: StoredAddress; workspaceId: string; name: string | undefined }

async function addAgent(client: pg.PoolClient, { address, workspaceId, name }: NewAgent) {
  const agent = { id: newAgentId(), name: name ?? `Agent ${checksummed(address).slice(0, 8)}` }
  await insertAgent(client, {
    ...agent,
    workspaceId,
    origin: 'wallet',
    walletAddress: address,
    createdBy: address,
  })
  return agent
}
