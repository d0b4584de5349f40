import { formatUsdc } from '@/domain/money'
import { type Actor, recordAudit } from '@/server/audit'
import type { Membership } from '@/server/auth'
import { AppError } from '@/server/core/app-error'
import { inTransaction } from '@/server/core/db'
import { env } from '@/server/core/env'
import { getManagedWallet } from '@/server/managed-wallets'
import {
  countOpenPayouts,
  markDeleted,
  readPrepaidFunds,
  readTrackedBalance,
  releaseAgents,
} from './workspace-repository'

type Deletion = { actor: Actor; membership: Membership; confirmSlug: string }

/**
 * Deletes a workspace whose pool and payout wallet are empty, whose agents hold nothing and whose payouts have ended; its slug and
 * wallet become free, its agents end, its records stay. The typed slug must be its own. Throws `invalid_request`, `INVALID_STATE` with
 * what is in the way, `dependency_unavailable` when the chain cannot say what the payout wallet holds.
 */
export async function deleteWorkspace({ actor, membership, confirmSlug }: Deletion): Promise<void> {
  const { workspaceId, slug } = membership
  if (confirmSlug !== slug) {
    const message = `Must be "${slug}", the slug of this workspace.`
    throw new AppError('invalid_request', message, { errors: [{ path: 'confirmSlug', message }] })
  }
  await assertPayoutWalletEmpty(membership)
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
  if (!isDeleted) throw await explainRefusal({ id: workspaceId, chainId })
}

/** Nobody could ask for it back afterwards. */
async function assertPayoutWalletEmpty(membership: Membership): Promise<void> {
  const { address, balance } = await getManagedWallet(membership)
  if (balance === '0') return
  throw refusal(
    'MANAGED_WALLET_NOT_EMPTY',
    `The payout wallet still holds ${formatUsdc(BigInt(balance))} USDC. Send it back first.`,
    { address, managedBalance: balance },
  )
}

async function explainRefusal({ id, chainId }: { id: string; chainId: number }): Promise<AppError> {
  const openPayouts = await countOpenPayouts(id)
  if (openPayouts > 0) {
    return refusal(
      'PAYOUTS_OPEN',
      `${openPayouts} ${openPayouts === 1 ? 'payout has' : 'payouts have'} not ended. Cancel them or wait for them first.`,
      { openPayouts },
    )
  }
  const prepaid = await readPrepaidFunds(id)
  if (prepaid > 0n) {
    return refusal(
      'BALANCE_NOT_EMPTY',
      `Balances of agents and revenue still hold ${formatUsdc(prepaid)} USDC. Refund or withdraw them first.`,
      { prepaidBalance: prepaid.toString() },
    )
  }
  const tracked = await readTrackedBalance({ id, chainId })
  return refusal(
    'POOL_NOT_EMPTY',
    `The pool still holds ${formatUsdc(tracked)} USDC or has transactions under way. Withdraw first and wait for six confirmations.`,
    { trackedBalance: tracked.toString() },
  )
}

function refusal(state: string, message: string, details: Record<string, unknown>): AppError {
  return new AppError('INVALID_STATE', message, { details: { state, ...details } })
}
