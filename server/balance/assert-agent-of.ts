import { AppError } from '@/server/core/app-error'
import { isAgentOf } from './balance-repository'

/** Throws `agent_not_found` for an agent of another workspace as for one that never existed. */
export async function assertAgentOf(of: { workspaceId: string; agentId: string }): Promise<void> {
  if (!(await isAgentOf(of))) throw agentNotFound()
}

export function agentNotFound(): AppError {
  return new AppError('agent_not_found', 'This workspace has no such agent.')
}
