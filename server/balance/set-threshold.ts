import type { Actor } from '@/server/audit'
import { agentNotFound } from './assert-agent-of'
import { updateThreshold } from './balance-repository'

/**
 * Sets below which balance (micro USDC) the console warns about an agent; null never warns. Audited when it changes. Throws
 * `agent_not_found`.
 */
export async function setThreshold({
  workspaceId,
  agentId,
  threshold,
  actor,
}: {
  workspaceId: string
  agentId: string
  threshold: bigint | null
  actor: Actor
}): Promise<void> {
  const { address, requestId } = actor
  const isFound = await updateThreshold({ workspaceId, agentId, threshold, actor: address, requestId })
  if (!isFound) throw agentNotFound()
}
