import { type Address, BlockNotFoundError, type Hex, parseAbiItem } from 'viem'
import { env } from '@/server/core/env'
import { hasSecondEndpoint } from './deposit-transaction'
import type { X402Settlement } from './find-x402-settlement'
import type { RelayCall } from './relay'
import { rpc } from './rpc'
import { isTransportError } from './transport-error'

const TRANSFER = parseAbiItem('event Transfer(address indexed from, address indexed to, uint256 value)')

type Parties = { payer: Address; payTo: Address }

/**
 * Whether two endpoints, each by itself, show the same transfer in the same block: the one that found it may have been either.
 * On the local chain without `RPC_URL_SECOND` the only one is asked once more. Throws when one does not answer.
 */
export async function isSeenBySecondRpc(
  settlement: X402Settlement,
  { payer, payTo }: Parties,
): Promise<boolean> {
  if (!hasSecondEndpoint()) return false
  const seen = await Promise.all(
    rpc().endpoints.map(async (client) => {
      const logs = await client.getLogs({
        address: env().USDC_ADDRESS,
        event: TRANSFER,
        args: { from: payer, to: payTo },
        blockHash: settlement.blockHash,
      })
      return logs.some(
        (log) =>
          log.transactionHash === settlement.txHash &&
          log.logIndex === settlement.logIndex &&
          log.args.value === settlement.amount,
      )
    }),
  )
  return seen.every(Boolean)
}

/** The hash of the block at this height, or null while the endpoint has none there. */
export async function readBlockHash(blockNumber: bigint): Promise<Hex | null> {
  try {
    return (await rpc().any.getBlock({ blockNumber })).hash
  } catch (error) {
    if (error instanceof BlockNotFoundError) return null
    throw error
  }
}

/** How far the chain is, and how far it is final. */
export async function readChainEnds(): Promise<{
  head: { number: bigint; timestamp: bigint }
  final: { number: bigint; timestamp: bigint }
}> {
  const client = rpc().any
  const [head, final] = await Promise.all([
    client.getBlock({ blockTag: 'latest' }),
    client.getBlock({ blockTag: 'finalized' }),
  ])
  return { head, final }
}

export async function readHead(): Promise<{ number: bigint; timestamp: bigint }> {
  return rpc().any.getBlock({ blockTag: 'latest' })
}

/** Whether a call would succeed at the head. An endpoint that does not answer says nothing about the call: that is thrown. */
export async function wouldSucceed(
  { to, data, gasLimit }: RelayCall,
  sender: Address | null,
): Promise<boolean> {
  try {
    await rpc().any.call({ to, data, gas: gasLimit, ...(sender ? { account: sender } : {}) })
    return true
  } catch (error) {
    if (isTransportError(error)) throw error
    return false
  }
}
