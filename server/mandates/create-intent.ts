import type { MandateIntent } from '@/domain/mandate'
import { type AgentCaller, authorizationUrl, mandateUrl } from '@/server/agents'
import { AppError } from '@/server/core/app-error'
import { draftOf } from './draft'
import { insertIntent } from './mandate-repository'

const LINK_SECONDS = 600

type Intent = { agent: AgentCaller; intent: MandateIntent; requestId: string | null }

/**
 * Draws up what an agent asks for; a person signs it within ten minutes. An agent of no workspace may ask too: the person
 * then links it first. Throws `unsupported_asset`, `unauthenticated`, `agent_expired`.
 */
export async function createIntent({ agent: { agentId, tokenId }, intent, requestId }: Intent) {
  const row = await insertIntent({
    ...draftOf(intent, requestId),
    agentId,
    tokenId,
    linkSeconds: LINK_SECONDS,
  })
  if (!row) throw new AppError('unauthenticated')
  if (!row.mandate || !row.linkExpiresAt) throw new AppError('agent_expired')
  const { mandateId } = row.mandate
  const isLinked = row.workspaceId !== null
  return {
    status: 'ok' as const,
    mandateId,
    authorizationUrl: isLinked ? mandateUrl(mandateId) : authorizationUrl(agentId, { mandateId }),
    /** When the link ends, not the mandate. */
    expiresAt: row.linkExpiresAt.toISOString(),
    agentStatus: isLinked ? ('ready' as const) : ('needs_wallet_authorization' as const),
  }
}
