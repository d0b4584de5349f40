import { pool } from '@/server/core/db'

export type ClaimedDelivery = {
  id: string
  /** Where to, as far as attention is shared: the endpoint, or the host of a payout's own address. */
  target: string
  /** Of its target, and the same for all deliveries to it. */
  lease: string
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

export type HeldTarget = Pick<ClaimedDelivery, 'target' | 'lease'>

/** Targets, deliveries of each, and for how long. */
type Bounds = { limit: number; batch: number; leaseSeconds: number }

/** Makes the deliveries of up to `limit` events and answers of how many; 0 while another worker does it. */
export async function fanOutEvents({ limit }: { limit: number }): Promise<number> {
  const { rows } = await pool().query<{ count: number }>('select webhook_fan_out($1) as count', [limit])
  return rows[0]?.count ?? 0
}

/** Gives targets back, and leases due ones fairly among workspaces: their deliveries, each target's longest due first. */
export async function claimTargets(
  { limit, batch, leaseSeconds }: Bounds,
  done: readonly HeldTarget[] = [],
): Promise<ClaimedDelivery[]> {
  const { rows } = await pool().query<ClaimedDelivery>({
    name: 'claim-webhook-targets',
    text: `select id, target, lease, attempts, event_id as "eventId", type, body, workspace_id as "workspaceId",
                  endpoint_id as "endpointId", url, sealed_secret as "sealedSecret", sealed_former_secrets as "sealedFormerSecrets"
             from webhook_claim($1, $2, $3, $4, $5)`,
    values: [limit, batch, leaseSeconds, done.map(({ target }) => target), done.map(({ lease }) => lease)],
  })
  return rows
}

export type TryResult = {
  id: string
  /** How often it was tried before. */
  attempts: number
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

/** Keeps what came of tries and moves their deliveries, if they arrived or nobody has recorded another try since. */
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
