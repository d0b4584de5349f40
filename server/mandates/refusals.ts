import { ERRORS } from '@/domain/errors'
import type { MandateStatus } from '@/domain/mandate'
import { AppError } from '@/server/core/app-error'
import type { ChangeOutcome } from './sign-repository'

/** The same for what never existed and for what belongs to somebody else. */
export function noSuchMandate(): AppError {
  return new AppError('mandate_not_found', `${ERRORS.mandate_not_found.title}.`)
}

const STATES: Record<MandateStatus, string> = {
  pending_signature: 'It still waits for a signature.',
  signed: 'It is signed already.',
  revoked: 'It was revoked, which is final.',
  expired: 'It has expired: ask for a new one.',
}

export function wrongState(state: MandateStatus): AppError {
  return new AppError('INVALID_STATE', STATES[state], { details: { state } })
}

export function mayNotApprove(): AppError {
  return new AppError('not_authorized', 'This needs OWNER, ADMIN or APPROVER, with rights that have begun.')
}

/** Throws `mandate_not_found`, `not_authorized`, `INVALID_STATE`. */
export function assertDone(outcome: ChangeOutcome): void {
  if (outcome === 'done') return
  if (outcome === 'not_found') throw noSuchMandate()
  throw outcome === 'not_authorized' ? mayNotApprove() : wrongState(outcome)
}
