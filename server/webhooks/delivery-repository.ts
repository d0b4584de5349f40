import type pg from 'pg'
import type { WebhookDeliveryStatus } from '@/domain/webhook'
import { pool } from '@/server/core/db'

export type DeliveryRow = {
  id: string
  eventId: string
  type: string
  endpointId: string | null
  url: string
  payoutId: string | null
  status: WebhookDeliveryStatus
  attempts: number
  nextAttemptAt: Date
  lastStatus: number | null
  lastError: string | null
  replayedBy: string | null
  createdAt: Date
  deliveredAt: Date | null
}

const COLUMNS = `d.id, d.event_id as "eventId", e.type, d.endpoint_id as "endpointId", d.url, p.payout_id as "payoutId", d.status, d.attempts,
  d.next_attempt_at as "nextAttemptAt", d.last_status as "lastStatus", d.last_error as "lastError", d.replayed_by as "replayedBy",
  d.created_at as "createdAt", d.delivered_at as "deliveredAt"`
const FROM = `webhook_deliveries d join webhook_events e on e.id = d.event_id left join payouts p on p.id = d.payout_row_id`

type Page = {
  workspaceId: string
  endpointId: string | null
  /** Those to payouts' own addresses only. */
  isOfPayouts: boolean
  status: WebhookDeliveryStatus | null
  before: string | null
  take: number
}

/** The statement of a page of deliveries and its values. Only what is asked for stands in it, so that an index of just that can answer. */
export function deliveriesStatement({ workspaceId, endpointId, isOfPayouts, status, before, take }: Page): {
  text: string
  values: unknown[]
} {
  const values: unknown[] = [workspaceId, take]
  const add = (value: unknown) => `$${values.push(value)}`
  const conditions = ['d.workspace_id = $1']
  if (endpointId !== null) conditions.push(`d.endpoint_id = ${add(endpointId)}`)
  if (isOfPayouts) conditions.push('d.endpoint_id is null')
  if (status !== null) conditions.push(`d.status = ${add(status)}`)
  if (before !== null)
    conditions.push(
      `(d.created_at, d.id) < (select b.created_at, b.id from webhook_deliveries b where b.id = ${add(before)})`,
    )
  const text = `select ${COLUMNS} from ${FROM} where ${conditions.join(' and ')} order by d.created_at desc, d.id desc limit $2`
  return { text, values }
}

/** Deliveries of a workspace, newest first, after the delivery `before`. */
export async function selectDeliveries(page: Page): Promise<DeliveryRow[]> {
  const { text, values } = deliveriesStatement(page)
  const { rows } = await pool().query<DeliveryRow>(text, values)
  return rows
}

export async function isDeliveryOf(workspaceId: string, id: string): Promise<boolean> {
  const { rowCount } = await pool().query(
    'select 1 from webhook_deliveries where id = $1 and workspace_id = $2',
    [id, workspaceId],
  )
  return rowCount === 1
}

/** What a payout's changes were told to, newest first. */
export async function selectDeliveriesOfPayout({
  workspaceId,
  payoutRowId,
}: {
  workspaceId: string
  payoutRowId: string
}): Promise<DeliveryRow[]> {
  const { rows } = await pool().query<DeliveryRow>(
    `select ${COLUMNS} from ${FROM} where d.payout_row_id = $2 and d.workspace_id = $1 order by d.created_at desc, d.sequence desc limit 200`,
    [workspaceId, payoutRowId],
  )
  return rows
}

export type AttemptRow = {
  id: bigint
  requestHeaders: Record<string, string>
  responseStatus: number | null
  responseBody: string | null
  error: string | null
  durationMilliseconds: number
  at: Date
}

export async function findDelivery({
  workspaceId,
  id,
}: {
  workspaceId: string
  id: string
}): Promise<(DeliveryRow & { body: string }) | null> {
  const { rows } = await pool().query<DeliveryRow & { body: string }>(
    `select ${COLUMNS}, e.body from ${FROM} where d.id = $1 and d.workspace_id = $2`,
    [id, workspaceId],
  )
  return rows[0] ?? null
}

/** The tries of a delivery, oldest first. */
export async function selectAttempts(deliveryId: string): Promise<AttemptRow[]> {
  const { rows } = await pool().query<AttemptRow>(
    `select id, request_headers as "requestHeaders", response_status as "responseStatus", response_body as "responseBody", error,
            duration_milliseconds as "durationMilliseconds", at
       from webhook_attempts where delivery_id = $1 order by id limit 100`,
    [deliveryId],
  )
  return rows
}

type Lockable = { workspaceId: string; id: string }

/** The endpoint of a delivery, to be locked before it; null for a payout's own address, undefined when there is no such delivery. */
export async function readEndpointIdOf(
  client: pg.PoolClient,
  { workspaceId, id }: Lockable,
): Promise<string | null | undefined> {
  const { rows } = await client.query<{ endpointId: string | null }>(
    'select endpoint_id as "endpointId" from webhook_deliveries where id = $1 and workspace_id = $2',
    [id, workspaceId],
  )
  return rows[0]?.endpointId
}

/** Sends the event of a delivery that has ended once more, to the same target; null while one to it waits already. */
export async function insertReplay(
  client: pg.PoolClient,
  { id, url, by }: { id: string; url: string | null; by: string },
): Promise<string | null> {
  // Two people at once send it once.
  await client.query('select 1 from webhook_deliveries where id = $1 for update', [id])
  const { rows } = await client.query<{ id: string }>(
    `insert into webhook_deliveries (event_id, workspace_id, endpoint_id, url, target, sequence, payout_row_id, replayed_by)
       select event_id, workspace_id, endpoint_id, coalesce($2, url), target, sequence, payout_row_id, $3
         from webhook_deliveries d
        where id = $1 and not exists (
          select 1 from webhook_deliveries o where o.event_id = d.event_id and o.target = d.target and o.status = 'pending')
       returning id`,
    [id, url, by],
  )
  return rows[0]?.id ?? null
}

type Missed = { endpointId: string; since: Date; by: string; limit: number }

/** Sends an endpoint what it wants of the events since then and never got: failed, or emitted while it was off. Oldest first. */
export async function insertMissed(
  client: pg.PoolClient,
  { endpointId, since, by, limit }: Missed,
): Promise<number> {
  const { rowCount } = await client.query(
    `insert into webhook_deliveries (event_id, workspace_id, endpoint_id, url, target, sequence, payout_row_id, replayed_by)
       select e.id, e.workspace_id, p.id, p.url, p.id::text, e.sequence, e.payout_row_id, $3
         from webhook_endpoints p
         join webhook_events e on e.workspace_id = p.workspace_id and e.created_at >= greatest($2, p.created_at)
           and e.fanned_out_at is not null and e.type <> 'webhook.test'
           and (cardinality(p.event_types) = 0 or e.type = any(p.event_types))
        where p.id = $1 and not exists (
          select 1 from webhook_deliveries d where d.event_id = e.id and d.endpoint_id = p.id and d.status in ('pending', 'delivered'))
        order by e.sequence limit $4`,
    [endpointId, since, by, limit],
  )
  return rowCount ?? 0
}
