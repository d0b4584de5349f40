import { type Hex, numberToHex, type RpcBlock } from 'viem'
import { toChainError } from './chain-error'
import { type RpcClient, rpc } from './rpc'
import { type BlockHeader, parseHeader } from './watched-log'

/** The header of a block by number, null when the node does not have it; the first endpoint that answers. Throws `ChainError`. */
export async function readHeader(block: bigint | 'latest' | 'finalized'): Promise<BlockHeader | null> {
  let failure: unknown
  for (const client of rpc().endpoints) {
    try {
      return await askHeader(client, typeof block === 'bigint' ? numberToHex(block) : block)
    } catch (error) {
      failure = error
    }
  }
  throw toChainError(failure)
}

/** The same of one endpoint. */
export async function askHeader(
  client: RpcClient,
  block: Hex | 'latest' | 'finalized',
): Promise<BlockHeader | null> {
  const answer = await client.request<GetBlock>({ method: 'eth_getBlockByNumber', params: [block, false] })
  return answer ? parseHeader(answer) : null
}

/** A block's place and its time in Unix seconds. */
export type ChainEnd = { number: bigint; timestamp: bigint }

/** How far the chain is. */
export function readHead(): Promise<ChainEnd> {
  return rpc().any.getBlock({ blockTag: 'latest' })
}

/** How far the chain is, and how far it is final. */
export async function readChainEnds(): Promise<{ head: ChainEnd; final: ChainEnd }> {
  const [head, final] = await Promise.all([readHead(), rpc().any.getBlock({ blockTag: 'finalized' })])
  return { head, final }
}

type GetBlock = {
  Method: 'eth_getBlockByNumber'
  Parameters: [Hex | 'latest' | 'finalized', false]
  ReturnType: RpcBlock | null
}
