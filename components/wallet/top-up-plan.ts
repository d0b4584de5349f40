import { MAX_UINT256 } from '@/domain/money'
import type { Flow, StepId } from './flow-schema'

export type TopUpWay = 'wallet' | 'gasless'

type TopUpChoice = {
  chainId: number
  wallet: `0x${string}`
  settlement: `0x${string}`
  /** Atomic units. */
  amount: bigint
  /** What the settlement may take from the wallet now, in atomic units. */
  allowance: bigint
  approval: 'unlimited' | 'exact'
  /** Whether the wallet does several calls as one (EIP-5792, atomic). */
  canBatch: boolean
  way: TopUpWay
}

/** Which popups a top up takes: one where the allowance suffices, the wallet batches or signs; else approve, then deposit. */
export function planTopUp(choice: TopUpChoice): Flow {
  const { chainId, wallet, settlement, amount, approval } = choice
  return {
    version: 1,
    kind: 'top-up',
    chainId,
    wallet,
    settlement,
    amount: amount.toString(),
    approval,
    steps: stepsOf(choice).map((id) => ({ id, state: { stage: 'waiting' } })),
  }
}

export function planWithdraw({
  chainId,
  wallet,
  settlement,
  amount,
}: Pick<TopUpChoice, 'chainId' | 'wallet' | 'settlement' | 'amount'>): Flow {
  return {
    version: 1,
    kind: 'withdraw',
    chainId,
    wallet,
    settlement,
    amount: amount.toString(),
    approval: 'exact',
    steps: [{ id: 'withdraw', state: { stage: 'waiting' } }],
  }
}

function stepsOf({ way, allowance, amount, canBatch }: TopUpChoice): StepId[] {
  if (way === 'gasless') return ['authorize']
  if (allowance >= amount) return ['deposit']
  return canBatch ? ['batch'] : ['approve', 'deposit']
}

/** What the approval lets the settlement take, in atomic units. */
export function approvalAmount({ approval, amount }: Pick<Flow, 'approval' | 'amount'>): bigint {
  return approval === 'unlimited' ? MAX_UINT256 : BigInt(amount)
}
