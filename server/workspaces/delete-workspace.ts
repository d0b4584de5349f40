import { formatUsdc } from '@/domain/money'
import { type Actor, recordAudit } from '@/server/audit'
import type { Membership } from '@/server/auth'
import { AppError } from '@/server/core/app-error'
import { inTransaction } from '@/server/core/db'
import { env } from '@/server/core/env'
import { markDeleted, readPrepaidFunds, readTrackedBalance, releaseAgents } from './workspace-repository'

type Deletion = { actor: Actor; membership: Membership; confirmSlug: string }

/**
 * Deletes a workspace whose pool is empty and whose agents hold nothing; its slug and wallet become free, its agents end,
 * its records stay. The typed slug must be its own. Throws `invalid_request`, `INVALID_STATE` with `trackedBalance`.
 */
export async function deleteWorkspace({ actor, membership, confirmSlug }: Deletion): Promise<void> {
  const { workspaceId, slug } = membership
  if (confirmSlug !== slug) {
    const message = `Must be "${slug}", the slug of this workspace.`
    throw new AppError('invalid_request', message, { errors: [{ path: 'confirmSlug', message }] })
  }
  const { chainId } = env().NETWORK
  const isDeleted = await inTransaction(async (client) => {
    if (!(await markDeleted(client, { id: workspaceId, chainId }))) return false
    await releaseAgents(client, { id: workspaceId, by: actor.address })
    await recordAudit(client, {
      actor,
      action: 'workspace.deleted',
      workspaceId,
      target: workspaceId,
      details: { slug },
    })
    return true
  })
  if (isDeleted) return
  const prepaid = await readPrepaidFunds(workspaceId)
  if (prepaid > 0n) {
    throw new AppError(
      'INVALID_STATE',
      `Balances of agents and revenue still hold ${formatUsdc(prepaid)} USDC. Refund or withdraw them first.`,
      { details: { state: 'BALANCE_NOT_EMPTY', prepaidBalance: prepaid.toString() } },
    )
  }
  const tracked = await readTrackedBalance({ id: workspaceId, chainId })
  throw new AppError(
    'INVALID_STATE',
    `The pool still holds ${formatUsdc(tracked)} USDC or has transactions under way. Withdraw first and wait for six confirmations.`,
    { details: { state: 'POOL_NOT_EMPTY', trackedBalance: tracked.toString() } },
  )
}
