import type { WithdrawalView } from '@/domain/withdrawal'
import type { Actor } from '@/server/audit'
import { assertInstanceAdmin } from '@/server/auth'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import { insertDepositReturn } from './withdrawal-repository'
import { buildWithdrawalView } from './withdrawal-view'

/**
 * Sends a deposit that is nobody's back to its sender, for an instance administrator; asked again it answers the withdrawal
 * that is on its way. Throws `not_found`, `INVALID_STATE` (with `state`).
 */
export async function returnDeposit({
  depositId,
  actor,
}: {
  depositId: string
  actor: Actor
}): Promise<WithdrawalView> {
  assertInstanceAdmin(actor.address)
  const { outcome, row } = await insertDepositReturn({ depositId, actor, chainId: env().NETWORK.chainId })
  if (outcome === 'requested' || outcome === 'replayed') return buildWithdrawalView(row)
  if (outcome === 'not_found') throw new AppError('not_found', 'There is no such deposit.')
  if (outcome === 'not_final') {
    throw new AppError(
      'INVALID_STATE',
      'A reorganisation could still take this deposit away. It can be returned once its block is final.',
      { details: { state: outcome } },
    )
  }
  if (outcome === 'refused') {
    throw new AppError('INVALID_STATE', 'The deposit came from no wallet that could take it back.', {
      details: { state: 'unattributed' },
    })
  }
  throw new AppError(
    'INVALID_STATE',
    `The deposit is ${outcome}. Only a deposit that belongs to nobody can be returned.`,
    {
      details: { state: outcome },
    },
  )
}
