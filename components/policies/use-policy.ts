import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useWorkspace } from '../shell/workspace-context'
import { useTRPC } from '../trpc/trpc'

// Somebody else may stop payouts from another browser; the banner must not wait for a reload.
const REFRESH_MILLISECONDS = 5000

/** The policy of the workspace, read again every few seconds. */
export function usePolicy() {
  const trpc = useTRPC()
  const { id: workspaceId } = useWorkspace()
  return useQuery(trpc.policies.get.queryOptions({ workspaceId }, { refetchInterval: REFRESH_MILLISECONDS }))
}

/** Reads again whatever a change of policy touches. */
export function usePolicyChanged(): () => Promise<void> {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  return async () => {
    await Promise.all(
      [
        trpc.policies.pathKey(),
        trpc.payouts.pathKey(),
        trpc.approvals.pathKey(),
        trpc.wallet.managed.pathKey(),
      ].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
    )
  }
}
