import type { Actor } from '@/server/audit'
import { AppError } from '@/server/core/app-error'
import { cancelRow } from './console-repository'

/**
 * A person cancels a payout while nothing is signed. Idempotent. Throws `not_found`, `INVALID_STATE` once it is being signed
 * or has ended otherwise.
 */
export async function cancelWorkspacePayout({
  workspaceId,
  payoutId,
  actor,
}: {
  workspaceId: string
  payoutId: string
  actor: Actor
}): Promise<void> {
  const { outcome, status } = await cancelRow({
    workspaceId,
    payoutId,
    actor: actor.address,
    requestId: actor.requestId,
  })
  if (outcome === 'not_found') throw new AppError('not_found', 'There is no such payout.')
  if (outcome === 'too_late') {
    throw new AppError('INVALID_STATE', `It is ${status} and can no longer be cancelled.`, {
      details: { state: status },
    })
  }
}
