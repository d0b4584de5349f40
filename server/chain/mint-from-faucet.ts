import { encodeFunctionData, type Hex, numberToHex } from 'viem'
import { usdcAbi } from '@/domain/abi/usdc'
import { localAdminAddress } from '@/domain/local-accounts'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import { orUnavailable } from './chain-error'
import { rpc } from './rpc'

/**
 * Sends test USDC (atomic units) and ETH (wei) on the local chain and returns the transactions' hashes; they are mined
 * by then, so that who asked can spend at once. anvil signs for its own unlocked account. Throws `feature_disabled` on any other network and
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
  return orUnavailable(async () => {
    const hashes = await send({ address, usdc, eth })
    for (const hash of Object.values(hashes)) if (hash) await untilMined(hash)
    return hashes
  })
}

async function send({ address, usdc, eth }: { address: `0x${string}`; usdc: bigint; eth: bigint }) {
  return {
    usdcTxHash:
      usdc > 0n
        ? await sendFromAdmin({
            to: env().USDC_ADDRESS,
            data: encodeFunctionData({ abi: usdcAbi, functionName: 'mint', args: [address, usdc] }),
          })
        : null,
    ethTxHash: eth > 0n ? await sendFromAdmin({ to: address, value: numberToHex(eth) }) : null,
  }
}

/** A chain that mines no blocks just now is not waited for: the hash is known. */
async function untilMined(hash: Hex): Promise<void> {
  await rpc()
    .any.waitForTransactionReceipt({ hash, pollingInterval: 100, timeout: 5_000 })
    .catch((error: Error) => {
      if (error.name !== 'WaitForTransactionReceiptTimeoutError') throw error
    })
}

function sendFromAdmin(transaction: { to: `0x${string}`; data?: Hex; value?: Hex }): Promise<Hex> {
  return rpc().any.request<{ Method: 'eth_sendTransaction'; Parameters: [object]; ReturnType: Hex }>({
    method: 'eth_sendTransaction',
    params: [{ from: localAdminAddress, ...transaction }],
  })
}
