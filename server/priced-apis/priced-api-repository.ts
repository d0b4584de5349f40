import type pg from 'pg'
import { MAX_PRICED_APIS, REVENUE_DAYS } from '@/domain/priced-api'
import { pool } from '@/server/core/db'

export type PricedApiRow = {
  id: string
  workspaceId: string
  slug: string
  name: string
  upstreamUrl: string
  price: bigint
  timeoutSeconds: number
  isActive: boolean
  secretHeaderName: string | null
  sealedSecretHeaderValue: string | null
  createdAt: Date
}

type NewPricedApi = Omit<PricedApiRow, 'isActive' | 'createdAt'> & { createdBy: string }

const COLUMNS = `a.id, a.workspace_id as "workspaceId", a.slug, a.name, a.upstream_url as "upstreamUrl", a.price,
  a.timeout_seconds as "timeoutSeconds", a.is_active as "isActive", a.secret_header_name as "secretHeaderName",
  a.sealed_secret_header_value as "sealedSecretHeaderValue", a.created_at as "createdAt"`

/**
 * Null when the slug is in use or was another workspace's: callers of a removed API must never come to pay somebody else;
 * null as well when the workspace has as many as it may have.
 */
export async function insertPricedApi(
  client: pg.PoolClient,
  api: NewPricedApi,
): Promise<PricedApiRow | null> {
  const { rows } = await client.query<PricedApiRow>(
    `insert into priced_apis as a (id, workspace_id, slug, name, upstream_url, price, timeout_seconds, secret_header_name,
         sealed_secret_header_value, created_by)
       select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
        where not exists (select 1 from priced_apis o where o.slug = $3 and o.workspace_id <> $2)
          and (select count(*) from priced_apis o where o.workspace_id = $2 and o.deleted_at is null) < $11
     on conflict do nothing returning ${COLUMNS}`,
    [
      api.id,
      api.workspaceId,
      api.slug,
      api.name,
      api.upstreamUrl,
      api.price,
      api.timeoutSeconds,
      api.secretHeaderName,
      api.sealedSecretHeaderValue,
      api.createdBy,
      MAX_PRICED_APIS,
    ],
  )
  return rows[0] ?? null
}

export async function countPricedApis(workspaceId: string): Promise<number> {
  const { rows } = await pool().query<{ count: bigint }>(
    'select count(*) from priced_apis where workspace_id = $1 and deleted_at is null',
    [workspaceId],
  )
  return Number(rows[0]?.count ?? 0n)
}

type Id = { workspaceId: string; id: string }

export async function lockPricedApi(
  client: pg.PoolClient,
  { workspaceId, id }: Id,
): Promise<PricedApiRow | null> {
  const { rows } = await client.query<PricedApiRow>(
    `select ${COLUMNS} from priced_apis a where id = $1 and workspace_id = $2 and deleted_at is null for update`,
    [id, workspaceId],
  )
  return rows[0] ?? null
}

type Changed = Pick<
  PricedApiRow,
  | 'id'
  | 'name'
  | 'upstreamUrl'
  | 'price'
  | 'timeoutSeconds'
  | 'isActive'
  | 'secretHeaderName'
  | 'sealedSecretHeaderValue'
>

/** Writes a row that `lockPricedApi` holds. */
export async function updatePricedApiRow(client: pg.PoolClient, api: Changed): Promise<void> {
  await client.query(
    `update priced_apis set name = $2, upstream_url = $3, price = $4, timeout_seconds = $5, is_active = $6,
        secret_header_name = $7, sealed_secret_header_value = $8, updated_at = now() where id = $1`,
    [
      api.id,
      api.name,
      api.upstreamUrl,
      api.price,
      api.timeoutSeconds,
      api.isActive,
      api.secretHeaderName,
      api.sealedSecretHeaderValue,
    ],
  )
}

/** Removes it with its secret; its charges stay. */
export async function markRemoved(client: pg.PoolClient, id: string): Promise<void> {
  await client.query(
    `update priced_apis set deleted_at = now(), updated_at = now(), is_active = false, secret_header_name = null,
        sealed_secret_header_value = null where id = $1`,
    [id],
  )
}

/** The API that agents reach by this slug now. */
export async function findServedApi(slug: string): Promise<PricedApiRow | null> {
  const { rows } = await pool().query<PricedApiRow>({
    name: 'find-served-api',
    text: `select ${COLUMNS} from priced_apis a join workspaces w on w.id = a.workspace_id and w.deleted_at is null
            where a.slug = $1 and a.deleted_at is null and a.is_active`,
    values: [slug],
  })
  return rows[0] ?? null
}

// A charge that was given back without a record is one that nobody lived to serve.
const FAILED = '(p.failure_reason is not null or (p.charge_id is null and c.refunded_at is not null))'

export type PricedApiFigures = { calls: number; failures: number; revenue: bigint; p50: number | null }

/** The live APIs of a workspace, oldest first, each with its figures of the last days. */
export async function readPricedApis(workspaceId: string): Promise<(PricedApiRow & PricedApiFigures)[]> {
  const { rows } = await pool().query<PricedApiRow & PricedApiFigures>(
    `select ${COLUMNS}, f.calls, f.failures, f.revenue, f.p50
       from priced_apis a
       cross join lateral (
         select count(*)::int as calls, count(*) filter (where ${FAILED})::int as failures,
             coalesce(sum(c.amount) filter (where c.refunded_at is null), 0) as revenue,
             percentile_disc(0.5) within group (order by p.latency_milliseconds) filter (where p.failure_reason is null) as p50
           from charges c left join paid_calls p on p.charge_id = c.id
          where c.api_id = a.id and c.created_at > now() - make_interval(days => $2)) f
      where a.workspace_id = $1 and a.deleted_at is null order by a.created_at, a.id`,
    [workspaceId, REVENUE_DAYS],
  )
  return rows
}

export type RevenueDay = { day: string; revenue: bigint; calls: number; failures: number }

/** Each of the last days (UTC), oldest first, over all APIs of a workspace or one of them, removed ones included. */
export async function readRevenueDays({
  workspaceId,
  id,
}: {
  workspaceId: string
  id: string | null
}): Promise<RevenueDay[]> {
  const { rows } = await pool().query<RevenueDay>(
    `with api as (select id from priced_apis where workspace_id = $1 and ($2::uuid is null or id = $2)),
     today as (select (now() at time zone 'UTC')::date as day),
     made as (
       select (c.created_at at time zone 'UTC')::date as day, c.amount, c.refunded_at, ${FAILED} as is_failed
         from charges c left join paid_calls p on p.charge_id = c.id
        where c.api_id in (select id from api) and c.created_at >= (select day - $3::int + 1 from today) at time zone 'UTC')
     select to_char(d.day, 'YYYY-MM-DD') as day, coalesce(sum(m.amount) filter (where m.refunded_at is null), 0) as revenue,
         count(m.day)::int as calls, count(*) filter (where m.is_failed)::int as failures
       from today, generate_series(today.day - $3::int + 1, today.day, interval '1 day') d(day) left join made m on m.day = d.day
      group by d.day order by d.day`,
    [workspaceId, id, REVENUE_DAYS],
  )
  return rows
}
