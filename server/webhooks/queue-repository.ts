import { pool } from '@/server/core/db'

export type ClaimedDelivery = {
  id: string
  leaseVersion: number
  /** How often it was tried before. */
  attempts: number
  eventId: string
  type: string
  body: string
  workspaceId: string
  /** Null for a payout's own address, which is signed with the workspace's default secret. */
  endpointId: string | null
  url: string
  /** Null while the workspace has no default secret. */
  sealedSecret: string | null
  /**  Those that still sign beside it, newest first. */
  sealedFormerSecrets: string[]
}

type Bounds = { limit: number; perTarget: number; perWorkspace: number; leaseSeconds: number }

/** Makes the deliveries of up to `limit` events and answers of how many; 0 while another worker does it. */
export async function fanOutEvents({ limit }: { limit: number }): Promise<number> {
  const { rows } = await pool().query<{ count: number }>('select webhook_fan_out($1) as count', [limit])
  return rows[0]?.count ?? 0
}

/** Leases due deliveries, fairly among workspaces and their targets; the bounds hold over all workers. */
export async function claimDeliveries(bounds: Bounds): Promise<ClaimedDelivery[]> {
  const { rows } = await pool().query<ClaimedDelivery>({
    name: 'claim-webhook-deliveries',
    text: `select id, lease_version as "leaseVersion", attempts, event_id as "eventId", type, body, workspace_id as "workspaceId",
                  endpoint_id as "endpointId", url, sealed_secret as "sealedSecret", sealed_former_secrets as "sealedFormerSecrets"
             from webhook_claim($1, $2, $3, $4)`,
    values: [bounds.limit, bounds.perTarget, bounds.perWorkspace, bounds.leaseSeconds],
  })
  return rows
}

export type TryResult = {
  id: string
  leaseVersion: number
  outcome: 'delivered' | 'retry' | 'failed' | 'gone'
  isTest: boolean
  retrySeconds: number | null
  requestHeaders: Record<string, string>
  status: number | null
  body: string | null
  /** Null when it was delivered. */
  error: string | null
  milliseconds: number
}

/** Keeps what came of tries and moves their deliveries, as far as their leases are still held. */
export async function recordTries(results: readonly TryResult[]): Promise<void> {
  await pool().query({
    name: 'record-webhook-tries',
    text: 'select webhook_record($1)',
    values: [JSON.stringify(results)],
  })
}

/** Removes events of which nothing is under way any more, with deliveries and tries; answers how many. */
export async function deleteOldEvents({ days, limit }: { days: number; limit: number }): Promise<number> {
  const { rows } = await pool().query<{ count: bigint }>(
    `with old as materialized (
       select e.id from webhook_events e
        where e.created_at < now() - make_interval(days => $1) and e.fanned_out_at is not null
          and not exists (select 1 from webhook_deliveries d where d.event_id = e.id and d.status = 'pending')
        order by e.created_at limit $2 for update skip locked
     ), delivery as (
       delete from webhook_deliveries where event_id in (select id from old) returning id
     ), attempt as (
       delete from webhook_attempts where delivery_id in (select id from delivery)
     ), event as (
       delete from webhook_events where id in (select id from old) returning 1
     )
     select count(*) from event`,
    [days, limit],
  )
  return Number(rows[0]?.count ?? 0n)
}
