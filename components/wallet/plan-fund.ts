import type { Flow } from './flow-schema'

type FundChoice = {
  chainId: number
  settlement: `0x${string}`
  wallet: `0x${string}`
  /** The payout wallet. */
  to: `0x${string}`
  /** Atomic units. */
  amount: bigint
}

/** USDC from any wallet to the workspace's payout wallet: one popup. */
export function planFund({ chainId, settlement, wallet, to, amount }: FundChoice): Flow {
  return {
    version: 1,
    kind: 'fund',
    chainId,
    wallet,
    settlement,
    amount: amount.toString(),
    approval: 'exact',
    fund: { to },
    steps: [{ id: 'transfer', state: { stage: 'waiting' } }],
  }
}
