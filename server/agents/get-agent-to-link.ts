import type { StoredAddress } from '@/domain/address'
import type { AgentToLinkView } from '@/domain/agent'
import { AppError } from '@/server/core/app-error'
import { findAgentToLink } from './agent-list-repository'

/**
 * What a person sees before linking an agent: anybody who has its id while it belongs to nobody, afterwards the members of
 * its workspace. Throws `not_found`.
 */
export async function getAgentToLink(asked: {
  agentId: string
  address: StoredAddress
}): Promise<AgentToLinkView> {
  const row = await findAgentToLink(asked)
  if (!row) {
    throw new AppError(
      'not_found',
      'No agent waits to be linked here: it was linked already, or never registered.',
    )
  }
  return { ...row, createdAt: row.createdAt.toISOString() }
}
