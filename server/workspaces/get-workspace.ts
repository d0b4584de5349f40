import type { WorkspaceView } from '@/domain/workspace'
import type { Membership } from '@/server/auth'
import { AppError } from '@/server/core/app-error'
import { findWorkspace } from './workspace-repository'
import { toWorkspaceView } from './workspace-view'

/** The workspace of a membership. Throws `not_found` when it was deleted meanwhile. */
export async function getWorkspace({ workspaceId }: Pick<Membership, 'workspaceId'>): Promise<WorkspaceView> {
  const row = await findWorkspace(workspaceId)
  if (!row) throw new AppError('not_found', 'There is no such workspace.')
  return toWorkspaceView(row)
}
