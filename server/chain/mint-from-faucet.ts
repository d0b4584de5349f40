import { encodeFunctionData, type Hex, numberToHex } from 'viem'
import { usdcAbi } from '@/domain/abi/usdc'
import { localAdminAddress } from '@/domain/local-accounts'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import { orUnavailable } from './chain-error'
import { rpc } from './rpc'

/**
 * Sends test USDC (atomic units) and ETH (wei) on the local chain and returns the transactions' hashes; they are mined
 * with the next block. anvil signs for its own unlocked account. Throws `feature_disabled` on any other network and
 * `dependency_unavailable` when the chain does not answer.
 */
export async function mintFromFaucet({
  address,
  usdc = 0n,
  eth = 0n,
}: {
  address: `0x${string}`
  usdc?: bigint
  eth?: bigint
}): Promise<{ usdcTxHash: Hex | null; ethTxHash: Hex | null }> {
  if (!env().isLocal) throw new AppError('feature_disabled', 'The faucet exists on the local chain only.')
  return orUnavailable(async () => ({
    usdcTxHash:
      usdc > 0n
        ? await sendFromAdmin({
            to: env().USDC_ADDRESS,
            data: encodeFunctionData({ abi: usdcAbi, functionName: 'mint', args: [address, usdc] }),
          })
        : null,
    ethTxHash: eth > 0n ? await sendFromAdmin({ to: address, value: numberToHex(eth) }) : null,
  }))
}

function sendFromAdmin(transaction: { to: `0x${string}`; data?: Hex; value?: Hex }): Promise<Hex> {
  return rpc().any.request<{ Method: 'eth_sendTransaction'; Parameters: [object]; ReturnType: Hex }>({
    method: 'eth_sendTransaction',
    params: [{ from: localAdminAddress, ...transaction }],
  })
}
