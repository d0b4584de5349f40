import { isMandateId, type MandateDetailsView, type MandateView } from '@/domain/mandate'
import { type AgentCaller, authorizationUrl } from '@/server/agents'
import { AppError } from '@/server/core/app-error'
import { describeAllowlist } from './describe-allowlist'
import { findDetails } from './details-repository'
import { findOwnMandate, findWorkspaceOf } from './mandate-repository'
import { buildMandateDetailsView, buildMandateView } from './mandate-view'
import { noSuchMandate } from './refusals'

/** One of the agent's own mandates. Throws `mandate_not_found`. */
export async function getMandate({
  agent,
  mandateId,
}: {
  agent: AgentCaller
  mandateId: string
}): Promise<MandateView> {
  const mandate = isMandateId(mandateId) ? await findOwnMandate({ agentId: agent.agentId, mandateId }) : null
  if (!mandate) throw noSuchMandate()
  return buildMandateView(mandate)
}

/** Whose a mandate is. Throws `mandate_not_found`; `agent_not_linked` with `authorizationUrl` while its agent belongs to nobody. */
export async function getMandateWorkspace(mandateId: string): Promise<string> {
  const found = await findWorkspaceOf(mandateId)
  if (!found) throw noSuchMandate()
  if (found.workspaceId === null) {
    throw new AppError('agent_not_linked', 'Link the agent to a workspace first, then read its mandate.', {
      details: { authorizationUrl: authorizationUrl(found.agentId, { mandateId }) },
    })
  }
  return found.workspaceId
}

/** One mandate as the people of its workspace see it. Throws `mandate_not_found`. */
export async function getMandateDetails(of: {
  mandateId: string
  workspaceId: string
}): Promise<MandateDetailsView> {
  const mandate = await findDetails(of)
  if (!mandate) throw noSuchMandate()
  const recipients = await describeAllowlist(of.workspaceId, mandate.recipientAllowlist)
  return buildMandateDetailsView({ ...mandate, recipients })
}
