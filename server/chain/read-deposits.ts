import { luxxonSettlementAbi } from '@/domain/abi/luxxon-settlement'
import { MULTICALL3_ADDRESS } from '@/domain/networks'
import { toChainError } from './chain-error'
import type { RpcClient } from './rpc'

/** About 20,000 gas each: 300 stay far below the call limit of every provider. */
const ACCOUNTS_PER_CALL = 300

/**
 * `deposits(account)` of many accounts at one block, in their order. The block is named by hash (EIP-1898), so that a
 * node on another branch answers with an error and not with other figures. Throws `ChainError`.
 */
export async function readDeposits({
  client,
  settlement,
  accounts,
  blockHash,
}: {
  client: RpcClient
  settlement: `0x${string}`
  accounts: readonly `0x${string}`[]
  blockHash: `0x${string}`
}): Promise<bigint[]> {
  const deposits: bigint[] = []
  for (let start = 0; start < accounts.length; start += ACCOUNTS_PER_CALL) {
    const chunk = accounts.slice(start, start + ACCOUNTS_PER_CALL)
    const contracts = chunk.map((account) => ({
      address: settlement,
      abi: luxxonSettlementAbi,
      functionName: 'deposits' as const,
      args: [account] as const,
    }))
    const read = client.multicall({
      allowFailure: false,
      multicallAddress: MULTICALL3_ADDRESS,
      batchSize: 0,
      blockHash,
      contracts,
    })
    deposits.push(
      ...(await read.catch((error) => {
        throw toChainError(error)
      })),
    )
  }
  return deposits
}
