import type pg from 'pg'
import {
  REPLAY_LIMIT,
  TEST_EVENT_TYPE,
  type WebhookEndpointInput,
  type WebhookSecretView,
} from '@/domain/webhook'
import { type Actor, recordAudit } from '@/server/audit'
import { AppError } from '@/server/core/app-error'
import { inTransaction } from '@/server/core/db'
import { wakeWorker } from '@/server/core/wake-worker'
import { assertPublicTarget } from '@/server/outbound'
import { insertMissed } from './delivery-repository'
import {
  type EndpointRow,
  insertTestDelivery,
  lockEndpoint,
  removeEndpointRow,
  replaceEndpointSecret,
  switchEndpoint,
  updateEndpointRow,
} from './endpoint-repository'
import { newWebhookSecret, sealWebhookSecret } from './webhook-secret'

type Changing = { actor: Actor; workspaceId: string; id: string }

/** Changes where an endpoint is and what it is told; what waits goes to the new address. Throws `not_found`, `target_refused`. */
export async function updateEndpoint({
  input,
  ...changing
}: Changing & { input: WebhookEndpointInput }): Promise<void> {
  const { href: url } = await assertPublicTarget(input.url, { param: 'url' })
  const { description, eventTypes } = input
  await change(changing, async (client, row) => {
    await updateEndpointRow(client, { id: row.id, url, description, eventTypes })
    await recordAudit(client, {
      ...changing,
      action: 'webhook.endpoint_updated',
      target: row.id,
      details: { url, eventTypes },
    })
  })
}

/** Turns it on, or off: what waits for it then is not sent. Throws `not_found`. */
export async function setEndpointEnabled({
  isEnabled,
  ...changing
}: Changing & { isEnabled: boolean }): Promise<void> {
  await change(changing, async (client, row) => {
    if (row.isEnabled === isEnabled) return
    await switchEndpoint(client, { id: row.id, isEnabled, by: changing.actor.address })
    await recordAudit(client, {
      ...changing,
      action: 'webhook.endpoint_updated',
      target: row.id,
      details: { url: row.url, isEnabled },
    })
  })
}

/** Removes it with its secret; its deliveries stay to be read. Throws `not_found`. */
export async function removeEndpoint(changing: Changing): Promise<void> {
  await change(changing, async (client, row) => {
    await removeEndpointRow(client, { id: row.id, by: changing.actor.address })
    await recordAudit(client, {
      ...changing,
      action: 'webhook.endpoint_removed',
      target: row.id,
      details: { url: row.url },
    })
  })
}

/** Answers a new secret, once; the former signs beside it for a day. Throws `not_found`. */
export async function rotateEndpointSecret(changing: Changing): Promise<WebhookSecretView> {
  const secret = newWebhookSecret()
  const sealedSecret = await sealWebhookSecret(secret, changing.id)
  return change(changing, async (client, row) => {
    const endsAt = await replaceEndpointSecret(client, { id: row.id, sealedSecret })
    await recordAudit(client, {
      ...changing,
      action: 'webhook.secret_rotated',
      target: row.id,
      details: { url: row.url },
    })
    return { secret, previousSecretEndsAt: endsAt?.toISOString() ?? null }
  })
}

/** Sends a `webhook.test` to it, on or off, whatever its filter; it is tried once. Throws `not_found`. */
export async function sendTest(changing: Changing): Promise<{ deliveryId: string }> {
  const deliveryId = await change(changing, async (client, endpoint) => {
    const made = await insertTestDelivery(client, {
      endpoint,
      type: TEST_EVENT_TYPE,
      sentBy: changing.actor.address,
    })
    await recordAudit(client, {
      ...changing,
      action: 'webhook.test_sent',
      target: endpoint.id,
      details: { url: endpoint.url },
    })
    return made
  })
  wakeWorker('deliver-webhooks')
  return { deliveryId }
}

/**
 * Sends an endpoint the events since then that it wants and never got: they failed, or it was off. Oldest first, at most a
 * thousand at once. Throws `not_found`, `INVALID_STATE` while it is off.
 */
export async function replayMissed({
  since,
  ...changing
}: Changing & { since: Date }): Promise<{ count: number; hasMore: boolean }> {
  const count = await change(changing, async (client, endpoint) => {
    assertEnabled(endpoint)
    const by = changing.actor.address
    const made = await insertMissed(client, { endpointId: endpoint.id, since, by, limit: REPLAY_LIMIT })
    if (made > 0) {
      await recordAudit(client, {
        ...changing,
        action: 'webhook.replayed',
        target: endpoint.id,
        details: { url: endpoint.url, count: made, since: since.toISOString() },
      })
    }
    return made
  })
  wakeWorker('deliver-webhooks')
  return { count, hasMore: count === REPLAY_LIMIT }
}

/** Throws `INVALID_STATE` for an endpoint that is off. */
export function assertEnabled(endpoint: EndpointRow): void {
  if (!endpoint.isEnabled) throw new AppError('INVALID_STATE', 'Turn the endpoint on first.')
}

function change<T>(
  { workspaceId, id }: Changing,
  work: (client: pg.PoolClient, row: EndpointRow) => Promise<T>,
): Promise<T> {
  return inTransaction(async (client) => {
    const row = await lockEndpoint(client, { workspaceId, id })
    if (!row) throw new AppError('not_found', 'There is no such webhook endpoint.')
    return work(client, row)
  })
}
