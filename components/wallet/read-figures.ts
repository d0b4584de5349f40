import {
  type Client,
  type ContractFunctionParameters,
  decodeFunctionResult,
  encodeFunctionData,
  multicall3Abi,
} from 'viem'
import type { ConfigView } from '@/domain/wallet'
import { poolFiguresAbi, usdcFiguresAbi } from './figures-abi'

const blockAbi = [
  {
    type: 'function',
    name: 'getBlockNumber',
    stateMutability: 'view',
    inputs: [],
    outputs: [{ name: 'blockNumber', type: 'uint256' }],
  },
] as const

export type ChainFigures = {
  walletUsdc: bigint
  pool: bigint
  allowance: bigint
  isPaused: boolean
  gasWei: bigint
  block: bigint
  /** When the block was made, in Unix seconds. */
  blockSeconds: bigint
}

/**
 * All figures of a wallet in one call of Multicall3, hence of one block; throws when any of them cannot be read. viem's
 * `multicall` would bring `call` with deployless calls and CCIP, 14 kB gzipped on every page.
 */
export async function readFigures(
  client: Client,
  config: ConfigView,
  wallet: `0x${string}`,
): Promise<ChainFigures> {
  const usdc = { address: config.usdcAddress as `0x${string}`, abi: usdcFiguresAbi } as const
  const pool = { address: config.settlementAddress as `0x${string}`, abi: poolFiguresAbi } as const
  const multicall = { address: config.multicallAddress as `0x${string}`, abi: multicall3Abi } as const
  const reads = [
    { ...usdc, functionName: 'balanceOf', args: [wallet] },
    { ...pool, functionName: 'deposits', args: [wallet] },
    { ...usdc, functionName: 'allowance', args: [wallet, pool.address] },
    { ...pool, functionName: 'paused' },
    { ...multicall, functionName: 'getEthBalance', args: [wallet] },
    // Multicall itself says at which block it answered, so that all figures are of one moment.
    { ...multicall, abi: blockAbi, functionName: 'getBlockNumber' },
    { ...multicall, functionName: 'getCurrentBlockTimestamp' },
  ] as const satisfies readonly ContractFunctionParameters[]
  const answers = await aggregate(client, multicall.address, reads)
  const [walletUsdc, poolBalance, allowance, paused, gasWei, block, blockSeconds] = answers.map(
    (data, index) => decodeWord(reads, index, data),
  ) as [bigint, bigint, bigint, boolean, bigint, bigint, bigint]
  return { walletUsdc, pool: poolBalance, allowance, isPaused: paused, gasWei, block, blockSeconds }
}

async function aggregate(
  client: Client,
  multicall: `0x${string}`,
  reads: readonly ContractFunctionParameters[],
): Promise<readonly `0x${string}`[]> {
  const calls = reads.map((read) => ({
    target: read.address,
    allowFailure: false,
    callData: encodeFunctionData(read),
  }))
  const data = encodeFunctionData({ abi: multicall3Abi, functionName: 'aggregate3', args: [calls] })
  const answer = await client.request({ method: 'eth_call', params: [{ to: multicall, data }, 'latest'] })
  const results = decodeFunctionResult({
    abi: multicall3Abi,
    functionName: 'aggregate3',
    data: answer as `0x${string}`,
  })
  return results.map(({ returnData }) => returnData)
}

function decodeWord(
  reads: readonly ContractFunctionParameters[],
  index: number,
  data: `0x${string}`,
): unknown {
  const read = reads[index]
  if (!read) throw new Error('Multicall answered more than it was asked')
  return decodeFunctionResult({ abi: read.abi, functionName: read.functionName, data })
}
