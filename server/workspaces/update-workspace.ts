import type { WorkspaceView } from '@/domain/workspace'
import { type Actor, recordAudit } from '@/server/audit'
import type { Membership } from '@/server/auth'
import { AppError } from '@/server/core/app-error'
import { inTransaction } from '@/server/core/db'
import { renameWorkspace } from './workspace-repository'
import { toWorkspaceView } from './workspace-view'

type Change = { actor: Actor; membership: Membership; name: string }

/** Renames a workspace. Throws `not_found` when it was deleted meanwhile. */
export async function updateWorkspace({ actor, membership, name }: Change): Promise<WorkspaceView> {
  const row = await inTransaction(async (client) => {
    const updated = await renameWorkspace(client, { id: membership.workspaceId, name })
    if (!updated) return null
    await recordAudit(client, {
      actor,
      action: 'workspace.updated',
      workspaceId: updated.id,
      target: updated.id,
      details: { name: { from: membership.name, to: name } },
    })
    return updated
  })
  if (!row) throw new AppError('not_found', 'There is no such workspace.')
  return toWorkspaceView(row)
}
