import { multicall3Abi } from 'viem'
import { luxxonSettlementAbi } from '@/domain/abi/luxxon-settlement'
import { usdcAbi } from '@/domain/abi/usdc'
import { MULTICALL3_ADDRESS } from '@/domain/networks'
import { env } from '@/server/core/env'
import { orUnavailable } from './chain-error'
import { rpc } from './rpc'

export type WalletOnChain = {
  blockNumber: bigint
  usdcBalance: bigint
  /** `deposits(wallet)` on the settlement. */
  poolBalance: bigint
  /** What the settlement may take from the wallet. */
  allowance: bigint
  settlementPaused: boolean
  /** ETH in wei: what the wallet can pay gas with. */
  gasBalanceWei: bigint
}

/** What a wallet holds at the head, in one `eth_call`. Throws `dependency_unavailable` when the chain does not answer. */
export async function readWallet({ address }: { address: `0x${string}` }): Promise<WalletOnChain> {
  const usdc = { address: env().USDC_ADDRESS, abi: usdcAbi } as const
  const settlement = { address: env().SETTLEMENT_ADDRESS, abi: luxxonSettlementAbi } as const
  const multicall = { address: MULTICALL3_ADDRESS, abi: multicall3Abi } as const
  const [blockNumber, usdcBalance, allowance, poolBalance, settlementPaused, gasBalanceWei] =
    await orUnavailable(() =>
      rpc().any.multicall({
        allowFailure: false,
        multicallAddress: MULTICALL3_ADDRESS,
        // One request whatever its length: the figures must be of one block.
        batchSize: 0,
        contracts: [
          { ...multicall, abi: blockNumberAbi, functionName: 'getBlockNumber' },
          { ...usdc, functionName: 'balanceOf', args: [address] },
          { ...usdc, functionName: 'allowance', args: [address, env().SETTLEMENT_ADDRESS] },
          { ...settlement, functionName: 'deposits', args: [address] },
          { ...settlement, functionName: 'paused' },
          { ...multicall, functionName: 'getEthBalance', args: [address] },
        ],
      }),
    )
  return { blockNumber, usdcBalance, poolBalance, allowance, settlementPaused, gasBalanceWei }
}

const blockNumberAbi = [
  {
    type: 'function',
    name: 'getBlockNumber',
    stateMutability: 'view',
    inputs: [],
    outputs: [{ name: 'blockNumber', type: 'uint256' }],
  },
] as const
