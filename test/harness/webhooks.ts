// What webhook tests start from: endpoints, events of the outbox, a sender that runs, and looks at the queue.
import { afterEach } from 'vitest'
import type { WebhookEventType } from '@/domain/webhook'
import { pool } from '@/server/core/db'
import { createEndpoint, createWebhookSender } from '@/server/webhooks'
import type { CallStranger } from '@/server/webhooks/try-delivery'
import { randomAddress, type TestWorkspace } from './factories'

export const actor = { address: randomAddress(), requestId: null }

/** An endpoint of a workspace, and its secret. */
export async function addEndpoint(
  { id: workspaceId }: Pick<TestWorkspace, 'id'>,
  url: string,
  eventTypes: WebhookEventType[] = [],
): Promise<{ id: string; secret: string }> {
  const input = { url, eventTypes, description: null }
  const { endpoint, secret } = await createEndpoint({ actor, workspaceId, input })
  return { id: endpoint.id, secret }
}

type Emitted = { type?: string; data?: unknown; payoutRowId?: string | null; webhookUrl?: string | null }

/** Puts an event into the outbox as a change does. */
export async function emit(
  { id }: Pick<TestWorkspace, 'id'>,
  { type = 'payout.confirmed', data = {}, payoutRowId = null, webhookUrl = null }: Emitted = {},
): Promise<void> {
  await pool().query('select webhook_emit($1, $2, $3, $4, $5)', [
    id,
    type,
    JSON.stringify(data),
    payoutRowId,
    webhookUrl,
  ])
}

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

/** A worker's sender; it is stopped with the test at the latest. */
export function startSender(call?: CallStranger): { stop: () => Promise<void> } {
  const sender = createWebhookSender(call ? { call } : {})
  const controller = new AbortController()
  const running = sender.run(controller.signal)
  const stop = async () => {
    controller.abort()
    await running
  }
  stops.push(stop)
  return { stop }
}

export type QueuedDelivery = {
  id: string
  eventId: string
  endpointId: string | null
  url: string
  status: string
  attempts: number
  lastStatus: number | null
  lastError: string | null
  /** From the last try to the next. */
  waitSeconds: number | null
}

/** The deliveries of a workspace in the order of their events. */
export async function deliveriesOf({ id }: Pick<TestWorkspace, 'id'>): Promise<QueuedDelivery[]> {
  const { rows } = await pool().query<QueuedDelivery>(
    `select id, event_id as "eventId", endpoint_id as "endpointId", url, status, attempts, last_status as "lastStatus", last_error as "lastError",
            extract(epoch from next_attempt_at - (select max(a.at) from webhook_attempts a where a.delivery_id = d.id))::float8 as "waitSeconds"
       from webhook_deliveries d where workspace_id = $1 order by sequence, created_at`,
    [id],
  )
  return rows
}

/** As if the time until the next try had passed, and every lease. */
export async function makeDue({ id }: Pick<TestWorkspace, 'id'>): Promise<void> {
  await pool().query('update webhook_targets set lease = null where workspace_id = $1', [id])
  await pool().query(
    `update webhook_deliveries set next_attempt_at = now() - interval '1 second' where workspace_id = $1 and status = 'pending'`,
    [id],
  )
}
