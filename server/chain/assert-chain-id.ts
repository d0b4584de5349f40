import { EnvError, env } from '@/server/core/env'
import { ChainError, describeRpcError } from './chain-error'
import { type Rpc, rpc } from './rpc'

/**
 * Checks every endpoint against `NETWORK`. Throws `EnvError` naming both chain ids when one is another chain, and
 * `ChainError` when none answers; one that does not answer beside one that does is let pass.
 */
export async function assertChainId({ clients = rpc() }: { clients?: Rpc } = {}): Promise<void> {
  const expected = env().NETWORK
  const answers = await Promise.allSettled(clients.endpoints.map((endpoint) => endpoint.getChainId()))
  for (const [index, answer] of answers.entries()) {
    if (answer.status === 'fulfilled' && answer.value !== expected.chainId) {
      const variable = index === 0 ? 'RPC_URL' : 'RPC_URL_SECOND'
      throw new EnvError(
        `Wrong chain: ${variable} answers for chain ${answer.value}, but NETWORK=${expected.name} is chain ${expected.chainId}. Point ${variable} at ${expected.chainName}, or set NETWORK to the chain you mean.`,
      )
    }
  }
  if (answers.some((answer) => answer.status === 'fulfilled')) return
  const [first] = answers
  const reason = first?.status === 'rejected' ? describeRpcError(first.reason) : 'none configured'
  // Without its cause: whoever starts a process sees this error whole.
  throw new ChainError('unavailable', `No RPC endpoint answers (${reason}).`)
}
