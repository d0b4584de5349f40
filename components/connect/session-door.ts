import { getUntypedClient, type TRPCClient, TRPCClientError } from '@trpc/client'
import type { AppRouter } from '@/server/trpc/root'
import { readProblem } from '../trpc/read-problem'
import { type PrepayDoor, PrepayRefusal } from '../wallet/flow-ports'
import { creditOf, pendingOf } from './bearer-door'
import { claimWords } from './outcome-words'

/** Claims as the signed-in person, for an agent whose bearer this browser does not have. */
export function createSessionDoor({
  client,
  agentId,
  workspaceId,
  chainId,
}: {
  client: TRPCClient<AppRouter>
  agentId: string
  workspaceId: string
  chainId: number
}): PrepayDoor {
  const untyped = getUntypedClient(client)
  const refuse = () =>
    Promise.reject(
      new PrepayRefusal('Paying by signature needs the agent’s bearer in this browser. No USDC moved.'),
    )
  return {
    claim: async (hash) => {
      try {
        return creditOf(
          await untyped.mutation('deposits.claim', { txHash: hash, chainId, agentId, workspaceId }),
          hash,
        )
      } catch (error) {
        const { code, detail, details } = readProblem(error)
        const isAnswer = error instanceof TRPCClientError && code !== null && error.data?.httpStatus < 500
        if (!isAnswer || code === 'rate_limited') throw error
        if (code === 'CONFIRMATIONS_PENDING') return pendingOf(details)
        return { kind: 'refused', code, words: claimWords({ ...details, code, detail }) }
      }
    },
    askPayment: refuse,
    pay: refuse,
  }
}
