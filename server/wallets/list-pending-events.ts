import type { PendingEventView } from '@/domain/wallet'
import { getWorkspaceWallet } from './get-workspace-wallet'
import { selectPendingEvents } from './wallet-repository'
import { buildPendingEventView } from './wallet-view'

/** Events that are not deep enough yet, newest first; a reorganisation removes them silently. Throws `not_found`. */
export async function listPendingEvents({
  workspaceId,
}: {
  workspaceId: string
}): Promise<PendingEventView[]> {
  const { chainId, account } = await getWorkspaceWallet(workspaceId)
  return (await selectPendingEvents({ chainId, account })).map(buildPendingEventView)
}
