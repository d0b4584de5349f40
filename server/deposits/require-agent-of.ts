import { AppError } from '@/server/core/app-error'
import { isAgentOf } from './deposit-repository'

/** An agent of the workspace, for who was authorized for that workspace already. Throws `agent_not_found`. */
export async function requireAgentOf(wanted: { agentId: string; workspaceId: string }) {
  if (!(await isAgentOf(wanted))) throw new AppError('agent_not_found')
  return { agentId: wanted.agentId }
}
