import { getUntypedClient, type TRPCClient } from '@trpc/client'
import * as z from 'zod'
import { depositAuthorizationView } from '@/domain/wallet'
import type { AppRouter } from '@/server/trpc/root'
import type { FlowRelay } from './flow-ports'

/** The console's relayer for deposits without gas. Answers are checked by their published shape. */
export function createFlowRelay({
  client,
  workspaceId,
}: {
  client: TRPCClient<AppRouter>
  workspaceId: string
}): FlowRelay {
  const untyped = getUntypedClient(client)
  return {
    submit: async (authorization) =>
      depositAuthorizationView.parse(
        await untyped.mutation('wallet.authorizeDeposit', { workspaceId, ...authorization }),
      ),
    find: async (id) => {
      const views = z
        .array(depositAuthorizationView)
        .parse(await untyped.query('wallet.depositAuthorizations', { workspaceId }))
      return views.find(({ depositAuthorizationId }) => depositAuthorizationId === id) ?? null
    },
  }
}
