import type pg from 'pg'
import type { Address, Hex } from 'viem'
import type { StoredAddress } from '@/domain/address'
import type { PayoutStatus } from '@/domain/payout-status'
import { pool } from '@/server/core/db'
import { type BookFault, inSnapshot, readBookFaults } from './book-repository'

export type PaidPayout = {
  id: string
  workspaceId: string
  payoutId: string
  from: StoredAddress
  to: StoredAddress
  /** Atomic units. */
  amount: bigint
  status: PayoutStatus
  failureReason: string | null
  nonce: Hex | null
  txHash: Hex | null
  blockNumber: bigint | null
  /** Seen at a final block; before, a reorganisation may move it to another one. */
  finalizedAt: Date | null
  /** An alarm says that it is unpaid or unproven. */
  isReported: boolean
}

/** What a managed wallet has promised and not paid yet, as the books know it. */
export type Reserve = {
  wallet: StoredAddress
  workspaceId: string
  promised: { nonce: Hex | null; amount: bigint }[]
}

export type StuckPayout = {
  id: string
  workspaceId: string
  payoutId: string
  status: PayoutStatus
  waitingFor: string | null
  seconds: number
}

export type OpenNonces = { relayer: Address; nonces: bigint[]; oldestSeconds: number }

/** How far payouts are compared with the chain; null before the first time. */
export type Progress = {
  /** Everything that left a managed wallet up to this block is explained or reported. */
  checkedBlock: bigint | null
  /** Every payout that became final before is proven or reported. */
  provenUntil: Date | null
}

export type Snapshot = {
  faults: BookFault[]
  /** Confirmed and not final, or not proven since it is, or subject of an open alarm. */
  confirmed: PaidPayout[]
  /** `confirmed` has what became final until then. */
  confirmedUntil: Date
  wallets: StoredAddress[]
  reserves: Reserve[]
  stuck: StuckPayout[]
  relayers: OpenNonces[]
  progress: Progress
}

const PAID = `p.id, p.workspace_id as "workspaceId", p.payout_id as "payoutId", p.from_address as "from", p.to_address as "to", p.amount, p.status,
  p.failure_reason as "failureReason", p.nonce, p.tx_hash as "txHash", p.block_number as "blockNumber",
  p.finalized_at as "finalizedAt", exists (select 1 from alarms a where a.kind in ('payout_unpaid', 'payout_unproven')
    and a.subject = 'payout:' || p.id and a.resolved_at is null) as "isReported"`
const IS_TIMED_OUT = `(p.status = 'failed' and p.failure_reason like 'tx_confirmation_timeout%')`
// `finalized_at` is its transaction's start: what commits late is found in the ten minutes that are read again. After an outage a run reads an hour.
const PROGRESS = `
  select c.checked_block as "checkedBlock", c.proven_until as "provenUntil", f.since,
      least(now(), f.since + interval '70 minutes') as until
    from (select 1) one left join payout_checks c on c.chain_id = $1,
      lateral (select coalesce(c.proven_until, now()) - interval '10 minutes' as since) f`

const CONFIRMED = `
  select ${PAID} from payouts p where p.status = 'confirmed' and p.id in (
    select id from payouts where chain_id = $1 and status = 'confirmed' and finalized_at is null
    union select id from payouts where chain_id = $1 and status = 'confirmed' and finalized_at > $2 and finalized_at <= $3
    union select f.id from payouts f join (select case when subject like 'payout:%' then substr(subject, 8)::uuid end as id
      from alarms where kind in ('payout_unpaid', 'payout_unproven') and resolved_at is null) a on a.id = f.id where f.chain_id = $1)`

// Nobody has it in hand and nothing has happened for five minutes. A stopped workspace waits on purpose, and another alarm is a visible owner.
const STUCK = `
  select p.id, p.workspace_id as "workspaceId", p.payout_id as "payoutId", p.status, p.waiting_for as "waitingFor",
      extract(epoch from now() - t.at)::integer as seconds
    from payouts p join payout_transitions t on t.payout_row_id = p.id and t.state_version = p.state_version
    where p.chain_id = $1 and not exists (select 1 from workspace_policies k where k.workspace_id = p.workspace_id and k.killed_at is not null)
      and not exists (select 1 from alarms a where a.subject = p.id::text and a.resolved_at is null)
      and ((p.status in ('authorized', 'signing', 'signed', 'broadcasting', 'succeeded') and t.at < now() - interval '5 minutes')
        or (p.status = 'confirmed' and p.finalized_at is null and t.at < now() - interval '2 hours')
        or (${IS_TIMED_OUT} and p.valid_before < extract(epoch from now()) - 7200))
    order by t.at limit 50`

const OPEN_NONCES = `
  select a.address as relayer, array_agg(distinct t.nonce order by t.nonce) as nonces,
      extract(epoch from now() - min(t.created_at))::integer as "oldestSeconds"
    from relayer_accounts a join relayer_transactions t on t.chain_id = a.chain_id and t.relayer = a.address and t.status in ('prepared', 'sent')
    where a.chain_id = $1 group by a.address`

/** Everything that the books say about payouts, in one snapshot. */
export function readSnapshot({ chainId, isFull }: { chainId: number; isFull: boolean }): Promise<Snapshot> {
  return inSnapshot(async (client) => {
    const faults = await readBookFaults(client, { workspaceId: null, isFull })
    const { progress, since, until } = await readProgress(client, chainId)
    const confirmed = await client.query<PaidPayout>(CONFIRMED, [chainId, since, until])
    const wallets = await client.query<{ address: StoredAddress }>(
      'select address from managed_wallets where chain_id = $1 order by address',
      [chainId],
    )
    const reserves = await client.query<{
      wallet: StoredAddress
      workspaceId: string
      nonces: (Hex | null)[]
      amounts: string[]
    }>(
      `select p.from_address as wallet, p.workspace_id as "workspaceId", array_agg(p.nonce) as nonces, array_agg(p.amount::text) as amounts
         from payouts p where p.chain_id = $1
           and (p.status in ('signing', 'signed', 'broadcasting', 'succeeded') or ${IS_TIMED_OUT}) group by 1, 2`,
      [chainId],
    )
    const stuck = await client.query<StuckPayout>(STUCK, [chainId])
    const relayers = await client.query<{ relayer: Address; nonces: string[]; oldestSeconds: number }>(
      OPEN_NONCES,
      [chainId],
    )
    return {
      faults,
      confirmed: confirmed.rows,
      confirmedUntil: until,
      wallets: wallets.rows.map(({ address }) => address),
      reserves: reserves.rows.map(({ wallet, workspaceId, nonces, amounts }) => ({
        wallet,
        workspaceId,
        promised: nonces.map((nonce, index) => ({ nonce, amount: BigInt(amounts[index] ?? 0) })),
      })),
      stuck: stuck.rows,
      relayers: relayers.rows.map((row) => ({ ...row, nonces: row.nonces.map(BigInt) })),
      progress,
    }
  })
}

async function readProgress(
  client: pg.PoolClient,
  chainId: number,
): Promise<{ progress: Progress; since: Date; until: Date }> {
  const { rows } = await client.query<Progress & { since: Date; until: Date }>(PROGRESS, [chainId])
  const [row] = rows
  if (!row) throw new Error('a statement that always answers did not')
  const { checkedBlock, provenUntil, since, until } = row
  return { progress: { checkedBlock, provenUntil }, since, until }
}

/** The payouts that these authorizations belong to, as they stand now. */
export async function findByNonces(nonces: readonly Hex[]): Promise<PaidPayout[]> {
  const { rows } = await pool().query<PaidPayout>(
    `select ${PAID} from payouts p where p.nonce = any($1::text[])`,
    [nonces],
  )
  return rows
}

/** The workspaces of managed wallets; a wallet of the stock has none. */
export async function findOwners(
  wallets: readonly Address[],
): Promise<{ address: StoredAddress; workspaceId: string | null }[]> {
  const { rows } = await pool().query<{ address: StoredAddress; workspaceId: string | null }>(
    'select address, workspace_id as "workspaceId" from managed_wallets where address = any($1::text[])',
    [wallets],
  )
  return rows
}

/** Keeps how far a run came, unless another one was quicker: what that one has not seen is looked at again. */
export async function saveProgress(chainId: number, before: Progress, now: Progress): Promise<void> {
  await pool().query(
    `insert into payout_checks (chain_id, checked_block, proven_until) values ($1, $2, $3)
     on conflict (chain_id) do update set checked_block = $2, proven_until = $3, checked_at = now()
       where payout_checks.checked_block = $4 and payout_checks.proven_until is not distinct from $5`,
    [chainId, now.checkedBlock, now.provenUntil, before.checkedBlock, before.provenUntil],
  )
}

/** Those of these alarms that were ever raised: a person who resolved one has seen it. */
export async function findRaised({
  kind,
  subjects,
}: {
  kind: string
  subjects: readonly string[]
}): Promise<Set<string>> {
  const { rows } = await pool().query<{ subject: string }>(
    'select subject from alarms where kind = $1 and subject = any($2::text[])',
    [kind, subjects],
  )
  return new Set(rows.map(({ subject }) => subject))
}

/** Stops a workspace's payouts for a violation, unless its alarm is open already. True when this stopped them. */
export async function stopWorkspace({
  workspaceId,
  kind,
  subject,
  note,
}: {
  workspaceId: string
  kind: string
  subject: string
  note: string
}): Promise<boolean> {
  const { rows } = await pool().query<{ stopped: boolean }>(
    'select payouts_stop_for($1, $2, $3, $4) as stopped',
    [workspaceId, kind, subject, note],
  )
  return rows[0]?.stopped ?? false
}
