import type { ToApproveView } from '@/domain/approval'

type Staged = Pick<ToApproveView, 'payout' | 'approval' | 'you'>

export function hasApproved({ approval, you }: Pick<Staged, 'approval' | 'you'>): boolean {
  return approval.votes.some(
    ({ address, isApproved }) => isApproved && address.toLowerCase() === you.address.toLowerCase(),
  )
}

/** Still to be decided, by anybody. */
export function isOpen({ payout, approval }: Staged, secondsLeft: number): boolean {
  return payout.status === 'pending_authorization' && approval.status === 'pending' && secondsLeft > 0
}
