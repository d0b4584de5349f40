import type { PricedApiView, RevenueDayView } from '@/domain/priced-api'
import { readPricedApis, readRevenueDays } from './priced-api-repository'
import { toPricedApiView, toRevenueDayView } from './priced-api-view'

/** The live priced APIs of a workspace, oldest first, with what they did in the last 30 days. */
export async function listPricedApis({ workspaceId }: { workspaceId: string }): Promise<PricedApiView[]> {
  const rows = await readPricedApis(workspaceId)
  return rows.map((row) => toPricedApiView(row, row))
}

/** Revenue, calls and failures of each of the last 30 days (UTC), oldest first; of all APIs, or of one. */
export async function listRevenueDays({
  workspaceId,
  id = null,
}: {
  workspaceId: string
  id?: string | null
}): Promise<RevenueDayView[]> {
  const rows = await readRevenueDays({ workspaceId, id })
  return rows.map(toRevenueDayView)
}
