import type { CreateWorkspaceInput, WorkspaceView } from '@/domain/workspace'
import { type Actor, recordAudit } from '@/server/audit'
import { assertMaySignUp } from '@/server/auth'
import { AppError } from '@/server/core/app-error'
import { inTransaction } from '@/server/core/db'
import { insertWorkspace, isSlugTaken } from './workspace-repository'
import { toWorkspaceView } from './workspace-view'

/**
 * Opens a workspace whose OWNER and wallet is the actor, in one transaction with its audit entry. Throws `CONFLICT`
 * (with `field`: the slug, or the wallet, which has one live workspace), `signup_closed`.
 */
export async function createWorkspace({
  actor,
  input,
}: {
  actor: Actor
  input: CreateWorkspaceInput
}): Promise<WorkspaceView> {
  await assertMaySignUp(actor.address)
  const row = await inTransaction(async (client) => {
    const workspace = await insertWorkspace(client, { input, owner: actor.address })
    if (!workspace) return null
    await recordAudit(client, {
      actor,
      action: 'workspace.created',
      workspaceId: workspace.id,
      target: workspace.id,
      details: { slug: input.slug, name: input.name, roles: input.roles },
    })
    return workspace
  })
  if (row) return toWorkspaceView(row)
  if (await isSlugTaken(input.slug)) {
    throw new AppError('CONFLICT', `The slug "${input.slug}" is taken. Choose another.`, {
      param: 'slug',
      details: { field: 'slug' },
    })
  }
  throw new AppError(
    'CONFLICT',
    'This wallet has a workspace already: a wallet has one. Sign in with another wallet for a second one.',
    { details: { field: 'walletAddress' } },
  )
}
