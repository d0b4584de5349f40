import type { Flow } from './flow-schema'

/** Send it with the wallet, or sign and let the console's relayer send it (x402 `exact`). */
export type PrepayWay = 'send' | 'sign'

type PrepayChoice = {
  chainId: number
  settlement: `0x${string}`
  wallet: `0x${string}`
  agentId: string
  receiveAddress: `0x${string}`
  confirmationsRequired: number
  /** Atomic units. */
  amount: bigint
  way: PrepayWay
}

/** A prepaid payment to an agent's balance: one popup, either way. */
export function planPrepay(choice: PrepayChoice): Flow {
  const { chainId, settlement, wallet, agentId, receiveAddress, confirmationsRequired, amount, way } = choice
  return {
    version: 1,
    kind: 'prepay',
    chainId,
    wallet,
    settlement,
    amount: amount.toString(),
    approval: 'exact',
    prepay: { agentId, receiveAddress, confirmationsRequired },
    steps: [{ id: way === 'send' ? 'send' : 'pay', state: { stage: 'waiting' } }],
  }
}
