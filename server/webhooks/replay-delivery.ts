import type pg from 'pg'
import { type Actor, recordAudit } from '@/server/audit'
import { AppError } from '@/server/core/app-error'
import { inTransaction } from '@/server/core/db'
import { wakeWorker } from '@/server/core/wake-worker'
import { assertEnabled } from './change-endpoint'
import { insertReplay, readEndpointIdOf } from './delivery-repository'
import { lockEndpoint } from './endpoint-repository'

type Replaying = { actor: Actor; workspaceId: string; id: string }

/**
 * Sends the event of a delivery once more, to where its endpoint is now, with the same `webhook-id`. Throws `not_found`,
 * `INVALID_STATE` while the endpoint is off, or one to it waits already.
 */
export async function replayDelivery({ actor, workspaceId, id }: Replaying): Promise<{ deliveryId: string }> {
  const deliveryId = await inTransaction(async (client) => {
    const url = await chooseUrl(client, { workspaceId, id })
    const made = await insertReplay(client, { id, url, by: actor.address })
    if (!made) throw new AppError('INVALID_STATE', 'It is on its way already.')
    await recordAudit(client, {
      actor,
      action: 'webhook.replayed',
      workspaceId,
      target: id,
      details: { deliveryId: made },
    })
    return made
  })
  wakeWorker('deliver-webhooks')
  return { deliveryId }
}

/** Where the endpoint is now; null for a payout's own address, which is as it was. */
async function chooseUrl(
  client: pg.PoolClient,
  { workspaceId, id }: { workspaceId: string; id: string },
): Promise<string | null> {
  const endpointId = await readEndpointIdOf(client, { workspaceId, id })
  if (endpointId === undefined) throw new AppError('not_found', 'There is no such delivery.')
  if (endpointId === null) return null
  const endpoint = await lockEndpoint(client, { workspaceId, id: endpointId })
  if (!endpoint) throw new AppError('INVALID_STATE', 'Its endpoint was removed.')
  assertEnabled(endpoint)
  return endpoint.url
}
