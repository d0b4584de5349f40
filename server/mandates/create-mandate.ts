import type { MandateIntent } from '@/domain/mandate'
import { mandateUrl } from '@/server/agents'
import type { Actor } from '@/server/audit'
import { AppError } from '@/server/core/app-error'
import { draftOf } from './draft'
import { insertDraft } from './mandate-repository'
import { buildMandateView } from './mandate-view'

const LINK_SECONDS = 86_400

type Drawing = { workspaceId: string; agentId: string; intent: MandateIntent; actor: Actor }

/** Draws up a mandate for an agent of the workspace; it waits a day for its signature. Throws `unsupported_asset`, `agent_not_found`, `agent_expired`. */
export async function createMandate({ workspaceId, agentId, intent, actor }: Drawing) {
  const row = await insertDraft({
    ...draftOf(intent, actor.requestId),
    workspaceId,
    agentId,
    createdBy: actor.address,
    linkSeconds: LINK_SECONDS,
  })
  if (!row) throw new AppError('agent_not_found')
  if (!row.mandate || !row.linkExpiresAt) throw new AppError('agent_expired')
  return {
    mandate: buildMandateView(row.mandate),
    authorizationUrl: mandateUrl(row.mandate.mandateId),
    expiresAt: row.linkExpiresAt.toISOString(),
  }
}
