/** Pure rules of which moves bring a payout from where it is to where the chain says it is. */
import { isTimedOut, type PayoutStatus } from '@/domain/payout-status'
import type { SignedPayout } from './due-payout'
import type { Observation } from './due-payout-repository'
import type { Move } from './payout-step-repository'

const PATH: readonly PayoutStatus[] = ['signed', 'broadcasting', 'succeeded', 'confirmed']

/** The moves that bring a payout to a status: none is skipped, so that each has its event. */
export function walkTo(
  payout: SignedPayout,
  target: 'succeeded' | 'confirmed',
  { txHash, blockNumber, confirmations }: Observation,
): Move[] {
  const changes = { txHash, blockNumber, confirmations }
  if (isTimedOut(payout.status, payout.failureReason)) {
    return target === 'confirmed' ? [{ payout, from: 'failed', to: 'confirmed', changes }] : []
  }
  const steps = PATH.slice(PATH.indexOf(payout.status), PATH.indexOf(target) + 1)
  return steps.slice(1).map((to, index) => ({ payout, from: steps[index] ?? to, to, changes }))
}

/** `succeeded` ends by the time-out's edge: only from there may an authorization be called dead. */
export function endDead(payout: SignedPayout, reason: string): Move[] {
  if (payout.status === 'confirmed') return []
  const end: Move = { payout, from: payout.status, to: 'failed', reason }
  if (payout.status !== 'succeeded' || reason.startsWith('tx_reverted')) return [end]
  return [
    { payout, from: 'succeeded', to: 'failed', reason: 'tx_confirmation_timeout' },
    { ...end, from: 'failed' },
  ]
}
