import type { WebhookEndpointView } from '@/domain/webhook'
import { readEndpoints } from './endpoint-repository'
import { toEndpointView } from './webhook-view'

/** The live endpoints of a workspace, oldest first; their secrets are never shown again. */
export async function listEndpoints({
  workspaceId,
}: {
  workspaceId: string
}): Promise<WebhookEndpointView[]> {
  const rows = await readEndpoints(workspaceId)
  return rows.map((row) => toEndpointView(row, row.last))
}
