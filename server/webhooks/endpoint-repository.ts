import type pg from 'pg'
import { MAX_WEBHOOK_ENDPOINTS, SECRET_OVERLAP_HOURS, type WebhookDeliveryStatus } from '@/domain/webhook'
import { pool } from '@/server/core/db'

export type EndpointRow = {
  id: string
  workspaceId: string
  url: string
  description: string | null
  eventTypes: string[]
  isEnabled: boolean
  disabledReason: 'gone' | 'failing' | null
  disabledAt: Date | null
  failingSince: Date | null
  previousEndsAt: Date | null
  createdAt: Date
}

export type EndpointListRow = EndpointRow & {
  last: {
    id: string
    type: string
    status: WebhookDeliveryStatus
    attempts: number
    lastStatus: number | null
    lastError: string | null
    createdAt: string
  } | null
}

const COLUMNS = `p.id, p.workspace_id as "workspaceId", p.url, p.description, p.event_types as "eventTypes", p.is_enabled as "isEnabled",
  p.disabled_reason as "disabledReason", p.disabled_at as "disabledAt", p.failing_since as "failingSince",
  (webhook_live_secrets(p.former_secrets)->0->>'endsAt')::timestamptz as "previousEndsAt", p.created_at as "createdAt"`

/** The live endpoints of a workspace with the newest delivery of each, oldest endpoint first. */
export async function readEndpoints(workspaceId: string): Promise<EndpointListRow[]> {
  const { rows } = await pool().query<EndpointListRow>(
    `select ${COLUMNS}, last.delivery as last
       from webhook_endpoints p
       left join lateral (
         select jsonb_build_object('id', d.id, 'type', e.type, 'status', d.status, 'attempts', d.attempts,
             'lastStatus', d.last_status, 'lastError', d.last_error, 'createdAt', d.created_at) as delivery
           from webhook_deliveries d join webhook_events e on e.id = d.event_id
          where d.endpoint_id = p.id order by d.created_at desc limit 1) last on true
      where p.workspace_id = $1 and p.deleted_at is null order by p.created_at, p.id`,
    [workspaceId],
  )
  return rows
}

type NewEndpoint = {
  id: string
  workspaceId: string
  url: string
  description: string | null
  eventTypes: readonly string[]
  sealedSecret: string
  createdBy: string
}

/** Null when the workspace has as many as it may have. */
export async function insertEndpoint(
  client: pg.PoolClient,
  endpoint: NewEndpoint,
): Promise<EndpointRow | null> {
  // Two at once are counted one after the other.
  await client.query('select 1 from workspaces where id = $1 for update', [endpoint.workspaceId])
  const { rows } = await client.query<EndpointRow>(
    `insert into webhook_endpoints as p (id, workspace_id, url, description, event_types, sealed_secret, created_by)
       select $1, $2, $3, $4, $5, $6, $7
        where (select count(*) from webhook_endpoints o where o.workspace_id = $2 and o.deleted_at is null) < $8
     returning ${COLUMNS}`,
    [
      endpoint.id,
      endpoint.workspaceId,
      endpoint.url,
      endpoint.description,
      endpoint.eventTypes,
      endpoint.sealedSecret,
      endpoint.createdBy,
      MAX_WEBHOOK_ENDPOINTS,
    ],
  )
  return rows[0] ?? null
}

export type EndpointId = { workspaceId: string; id: string }

export async function lockEndpoint(
  client: pg.PoolClient,
  { workspaceId, id }: EndpointId,
): Promise<EndpointRow | null> {
  const { rows } = await client.query<EndpointRow>(
    `select ${COLUMNS} from webhook_endpoints p where id = $1 and workspace_id = $2 and deleted_at is null for update`,
    [id, workspaceId],
  )
  return rows[0] ?? null
}

/** Writes what a person may change of a row that `lockEndpoint` holds. */
export async function updateEndpointRow(
  client: pg.PoolClient,
  { id, url, description, eventTypes }: Pick<EndpointRow, 'id' | 'url' | 'description' | 'eventTypes'>,
): Promise<void> {
  await client.query(
    'update webhook_endpoints set url = $2, description = $3, event_types = $4, updated_at = now() where id = $1',
    [id, url, description, eventTypes],
  )
}

/** Turns it on with a clean slate and its notice resolved, or off with everything that waits for it ended. */
export async function switchEndpoint(
  client: pg.PoolClient,
  { id, isEnabled, by }: { id: string; isEnabled: boolean; by: string },
): Promise<void> {
  await client.query(
    `update webhook_endpoints set is_enabled = $2, disabled_reason = null, failing_since = null,
       disabled_at = case when not $2 then now() end, updated_at = now() where id = $1`,
    [id, isEnabled],
  )
  if (!isEnabled) await client.query(`select webhook_drop_pending($1, 'endpoint_disabled')`, [id])
  await resolveNotice(client, { id, by })
}

/** Removes it with its secrets; its deliveries stay to be read. */
export async function removeEndpointRow(
  client: pg.PoolClient,
  { id, by }: { id: string; by: string },
): Promise<void> {
  await client.query(
    `update webhook_endpoints set deleted_at = now(), updated_at = now(), is_enabled = false, sealed_secret = '',
       former_secrets = '[]' where id = $1`,
    [id],
  )
  await client.query(`select webhook_drop_pending($1, 'endpoint_removed')`, [id])
  await resolveNotice(client, { id, by })
}

async function resolveNotice(client: pg.PoolClient, { id, by }: { id: string; by: string }): Promise<void> {
  await client.query(
    `update alarms set resolved_at = now(), resolved_by = $2
      where kind = 'webhook_disabled' and subject = $1 and resolved_at is null`,
    [id, by],
  )
}

/** Puts a new secret in the place of the current one, which signs beside it for a day, as each before it does for its own. */
export async function replaceEndpointSecret(
  client: pg.PoolClient,
  { id, sealedSecret }: { id: string; sealedSecret: string },
): Promise<Date | null> {
  const { rows } = await client.query<{ endsAt: Date }>(
    `update webhook_endpoints set former_secrets = webhook_retire_secret(former_secrets, sealed_secret, $3), sealed_secret = $2,
       updated_at = now()
      where id = $1 returning (former_secrets->0->>'endsAt')::timestamptz as "endsAt"`,
    [id, sealedSecret, SECRET_OVERLAP_HOURS],
  )
  return rows[0]?.endsAt ?? null
}

/** Emits a test event to this endpoint alone, whatever its filter; answers the delivery. */
export async function insertTestDelivery(
  client: pg.PoolClient,
  { endpoint, type, sentBy }: { endpoint: EndpointRow; type: string; sentBy: string },
): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `with event as (
       insert into webhook_events (workspace_id, type, body, fanned_out_at)
         values ($1, $2, jsonb_build_object('type', $2::text,
           'timestamp', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
           'data', jsonb_build_object('endpointId', $3::text, 'sentBy', $5::text))::text, now())
         returning id, sequence
     )
     insert into webhook_deliveries (event_id, workspace_id, endpoint_id, url, target, sequence)
       select id, $1, $3::uuid, $4, $3::text, sequence from event returning id`,
    [endpoint.workspaceId, type, endpoint.id, endpoint.url, sentBy],
  )
  const [row] = rows
  if (!row) throw new Error('the test delivery was not inserted')
  return row.id
}
