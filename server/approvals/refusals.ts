import type { VoteOutcome } from '@/domain/approval'
import type { PayoutView } from '@/domain/payout'
import { PERMISSIONS } from '@/domain/roles'
import { AppError } from '@/server/core/app-error'
import { decidedWords, shownActor } from './approval-view'

export function noApproval(): AppError {
  return new AppError('not_found', 'There is no such approval.')
}

type Refused = { outcome: VoteOutcome; payout: PayoutView | null; decidedBy: string | null }

/** Why a decision changed nothing. Throws nothing: the caller does. */
export function refusal({ outcome, payout, decidedBy }: Refused): AppError {
  if (outcome === 'not_found') return noApproval()
  if (outcome === 'not_authorized') {
    return new AppError('not_authorized', `Deciding about payouts needs ${PERMISSIONS.approve.join(', ')}.`)
  }
  if (outcome === 'killed') {
    return new AppError(
      'payouts_killed',
      'A person has stopped all payouts of this workspace. Nothing was approved; an owner lets them go on.',
    )
  }
  if (outcome === 'expired') {
    return new AppError('INVALID_STATE', 'Its time was over before this decision. Nothing was paid.', {
      details: { state: 'expired', payout },
    })
  }
  return new AppError('INVALID_STATE', `${decidedWords(payout, decidedBy)} Your decision changed nothing.`, {
    details: { state: payout?.status ?? 'decided', decidedBy: decidedBy && shownActor(decidedBy), payout },
  })
}
