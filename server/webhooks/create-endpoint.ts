import { randomUUID } from 'node:crypto'
import { MAX_WEBHOOK_ENDPOINTS, type WebhookEndpointInput, type WebhookEndpointView } from '@/domain/webhook'
import { type Actor, recordAudit } from '@/server/audit'
import { AppError } from '@/server/core/app-error'
import { inTransaction } from '@/server/core/db'
import { assertPublicTarget } from '@/server/outbound'
import { insertEndpoint } from './endpoint-repository'
import { newWebhookSecret, sealWebhookSecret } from './webhook-secret'
import { toEndpointView } from './webhook-view'

type Creating = { actor: Actor; workspaceId: string; input: WebhookEndpointInput }

/** Adds an endpoint and answers its secret, once. Throws `target_refused`, `INVALID_STATE` beyond 20 endpoints. */
export async function createEndpoint({
  actor,
  workspaceId,
  input,
}: Creating): Promise<{ endpoint: WebhookEndpointView; secret: string }> {
  const { href: url } = await assertPublicTarget(input.url, { param: 'url' })
  const id = randomUUID()
  const secret = newWebhookSecret()
  const sealedSecret = await sealWebhookSecret(secret, id)
  const row = await inTransaction(async (client) => {
    const made = await insertEndpoint(client, {
      ...input,
      id,
      workspaceId,
      url,
      sealedSecret,
      createdBy: actor.address,
    })
    if (!made) return null
    await recordAudit(client, {
      actor,
      action: 'webhook.endpoint_created',
      workspaceId,
      target: id,
      details: { url, eventTypes: input.eventTypes },
    })
    return made
  })
  if (row) return { endpoint: toEndpointView(row, null), secret }
  throw new AppError(
    'INVALID_STATE',
    `A workspace has at most ${MAX_WEBHOOK_ENDPOINTS} endpoints: remove one first.`,
  )
}
