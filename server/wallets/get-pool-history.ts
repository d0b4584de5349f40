import type { PoolHistoryPoint } from '@/domain/wallet'
import { now } from '@/server/core/clock'
import { getWorkspaceWallet } from './get-workspace-wallet'
import { selectPoolHistory } from './wallet-repository'

const SECONDS_PER_DAY = 86_400
/** More points than a chart has pixels to tell apart are of no use. */
const MAX_POINTS = 300

/**
 * The pool's tracked balance over the last `days` (1 to 3650) as steps, oldest first: the balance at the window's start,
 * the balance after the last event of each slice, and the balance now. Throws `not_found`.
 */
export async function getPoolHistory({
  workspaceId,
  days,
}: {
  workspaceId: string
  days: number
}): Promise<PoolHistoryPoint[]> {
  const { chainId, account, trackedBalance } = await getWorkspaceWallet(workspaceId)
  const end = now()
  const windowSeconds = Math.min(Math.max(days, 1), 3650) * SECONDS_PER_DAY
  const since = new Date(end.getTime() - windowSeconds * 1000)
  const rows = await selectPoolHistory({
    chainId,
    account,
    since,
    sliceSeconds: Math.ceil(windowSeconds / MAX_POINTS),
  })
  const point = (at: Date, balance: bigint) => ({ at: at.toISOString(), balance: balance.toString() })
  return [
    point(since, rows[0]?.opening ?? trackedBalance),
    ...rows.map((row) => point(row.at, row.balance)),
    point(end, rows.at(-1)?.balance ?? trackedBalance),
  ]
}
