import {
  COUNTED_MOST,
  type PayoutFilter,
  type PayoutGroup,
  type PayoutRowView,
  SEARCHED_NEWEST,
} from '@/domain/payout-console'
import type { PayoutStatus } from '@/domain/payout-status'
import { pool } from '@/server/core/db'

type Of = { workspaceId: string }

export type ConsoleRow = Omit<PayoutRowView, 'amount' | 'createdAt' | 'expiresAt'> & {
  amount: bigint
  createdAt: Date
  expiresAt: Date
}

const TIMED_OUT = `failure_reason like 'tx_confirmation_timeout%'`

export const CONSOLE_COLUMNS = `
  p.id, p.kind, p.payout_id as "payoutId", p.status, p.failure_reason as "failureReason", p.status = 'confirmed' or (p.status = 'failed' and not p.${TIMED_OUT}) as "isFinal", p.amount,
  p.waiting_for as "waitingFor", payout_taken_back(p.id, p.status, p.finalized_at, p.waiting_for) as "takenBack",
  p.to_checksum as "toAddress", b.name as "toName", p.agent_id as "agentId", a.name as "agentName", p.mandate_id as "mandateId",
  p.biz_id as "bizId", p.description, p.tx_hash as "txHash", p.confirmations, p.created_at as "createdAt", p.expires_at as "expiresAt",
  (select id from approvals where p.status = 'pending_authorization' and payout_row_id = p.id) as "approvalId"`

export const CONSOLE_JOINS = `
  left join agents a on a.id = p.agent_id
  left join address_book_entries b on b.workspace_id = p.workspace_id and b.address = p.to_address and b.deleted_at is null`

/** The workspace is the first value of each statement. */
const takenBack = (which: string) => `array(select t.id from payouts_taken_back($1) t where ${which})`

// What is over waits for nobody, though the sweep that ends it comes seconds later. A confirmed payment that the chain took back is paid
// no more: unknown until it is proved, then not paid. Where a group has several parts no payout is in two of them, and each is read by its own index.
const GROUPS: Record<PayoutGroup, [string, ...string[]]> = {
  waiting: [`status = 'pending_authorization' and expires_at > now()`],
  moving: [`status in ('authorized', 'signing', 'signed', 'broadcasting', 'succeeded')`],
  paid: [`status = 'confirmed' and p.id <> all(${takenBack('true')})`],
  unknown: [
    `status = 'failed' and ${TIMED_OUT}`,
    `status = 'confirmed' and p.id = any(${takenBack(`t.taken_back <> 'gone'`)})`,
  ],
  failed: [
    `status = 'failed' and not ${TIMED_OUT}`,
    `status = 'confirmed' and p.id = any(${takenBack(`t.taken_back = 'gone'`)})`,
  ],
}

/** Conditions on `payouts p` with their values; the workspace is the first. */
function conditionsOf({ workspaceId, filter }: Of & { filter: PayoutFilter }) {
  const values: unknown[] = [workspaceId]
  const add = (value: unknown) => `$${values.push(value)}`
  const conditions = ['p.workspace_id = $1', 'p.deleted_at is null']
  if (filter.agentId) conditions.push(`p.agent_id = ${add(filter.agentId)}`)
  if (filter.mandateId) conditions.push(`p.mandate_id = ${add(filter.mandateId)}`)
  if (filter.since) conditions.push(`p.created_at >= ${add(filter.since)}::timestamptz`)
  if (filter.until) conditions.push(`p.created_at < ${add(filter.until)}::timestamptz`)
  if (filter.search) conditions.push(searchCondition(filter.search, add))
  return { values, add, conditions }
}

function searchCondition(search: string, add: (value: unknown) => string): string {
  const text = search.toLowerCase()
  if (/^0x[0-9a-f]{40}$/.test(text)) return `p.to_address = ${add(text)}`
  if (/^0x[0-9a-f]{64}$/.test(text)) return hashCondition(add(text))
  const exact = add(search)
  const start = add(`${likeText(search)}%`)
  const inside = add(`%${likeText(search)}%`)
  return `p.id = any(array(
    select id from payouts where workspace_id = $1 and payout_id = ${exact}
    union select id from payouts where workspace_id = $1 and biz_id = ${exact}
    union select id from (select id, payout_id, biz_id, to_address, description from payouts
        where workspace_id = $1 order by created_at desc, id limit ${SEARCHED_NEWEST}) newest
      where payout_id ilike ${start} or biz_id ilike ${start} or to_address like lower(${start}) or description ilike ${inside}))`
}

/** The hash it was paid by, or any that ever carried it. */
function hashCondition(hash: string): string {
  return `p.id = any(array(
    select id from payouts where tx_hash = ${hash} and workspace_id = $1
    union select r.payout_row_id from relayer_transactions t join payout_relays r
        on r.chain_id = t.chain_id and r.relayer = t.relayer and r.nonce = t.nonce
      where t.hash = ${hash} and t.purpose = 'payout' and r.workspace_id = $1))`
}

const likeText = (text: string) => text.replace(/[\\%_]/g, '\\$&')

type PageAsked = Of & { filter: PayoutFilter; before: { createdAt: Date; id: string } | null; limit: number }

/** The statement of a page and its values, newest first; no filter reads all of a workspace's payouts. */
export function pageStatement({ workspaceId, filter, before, limit }: PageAsked): {
  text: string
  values: unknown[]
} {
  const { values, add, conditions } = conditionsOf({ workspaceId, filter })
  if (before) {
    const at = add(before.createdAt)
    conditions.push(`p.created_at <= ${at} and (p.created_at < ${at} or p.id > ${add(before.id)}::uuid)`)
  }
  const size = add(limit)
  const parts = (filter.group ? GROUPS[filter.group] : ['true']).map(
    (part) =>
      `(select p.* from payouts p where ${conditions.join(' and ')} and ${part} order by p.created_at desc, p.id limit ${size})`,
  )
  // The page is cut before names are joined to it.
  const text = `
    with page as materialized (
      ${parts.length > 1 ? `select * from (${parts.join(' union all ')}) p order by p.created_at desc, p.id limit ${size}` : parts[0]}
    )
    select ${CONSOLE_COLUMNS}
      from page p ${CONSOLE_JOINS} order by p.created_at desc, p.id`
  return { text, values }
}

export async function selectPage(asked: PageAsked): Promise<ConsoleRow[]> {
  const { text, values } = pageStatement(asked)
  const { rows } = await pool().query<ConsoleRow>(text, values)
  return rows
}

/** Where a page begins: null for a row that is not this workspace's, so that a foreign cursor is an unknown one. */
export async function findPosition({
  workspaceId,
  id,
}: Of & { id: string }): Promise<{ id: string; createdAt: Date } | null> {
  const { rows } = await pool().query<{ id: string; createdAt: Date }>(
    'select id, created_at as "createdAt" from payouts where workspace_id = $1 and id = $2',
    [workspaceId, id],
  )
  return rows[0] ?? null
}

// Nothing deletes a payout, so the counts do not ask: with what they do ask all but `waiting` is answered from an index alone. The order is the
// index's, oldest first, whose pages have long been vacuumed; without it the planner reads the table from its beginning. What is timed out is
// counted to its end, since it ends within an hour or so, and so is what was taken back; the rest of `failed` is failed for good, the rest of
// what is confirmed is paid.
export const COUNTS_TEXT = `
  with unknown as materialized (
    select count(*)::int as n from (select 1 from payouts p where workspace_id = $1 and ${GROUPS.unknown[0]} order by created_at) c
  ), taken as materialized (
    select count(*)::int as n, (count(*) filter (where t.taken_back = 'gone'))::int as gone from payouts_taken_back($1) t
  )
  select
    (select count(*)::int from (select 1 from payouts p where workspace_id = $1 and ${GROUPS.waiting[0]} limit $2::int) c) as waiting,
    (select count(*)::int from (select 1 from payouts p where workspace_id = $1 and ${GROUPS.moving[0]} limit $2::int) c) as moving,
    (select count(*)::int from (select 1 from payouts p where workspace_id = $1 and status = 'confirmed' order by created_at limit $2::int + t.n) c) - t.n as paid,
    least(u.n + t.n - t.gone, $2::int) as unknown,
    least((select count(*)::int from (select 1 from payouts p where workspace_id = $1 and status = 'failed' order by created_at limit $2::int + u.n) c) - u.n
      + t.gone, $2::int) as failed
    from unknown u, taken t`

/** How many payouts each group has, counted up to COUNTED_MOST. */
export async function countGroups({ workspaceId }: Of): Promise<Record<PayoutGroup, number>> {
  const { rows } = await pool().query<Record<PayoutGroup, number>>(COUNTS_TEXT, [workspaceId, COUNTED_MOST])
  const [row] = rows
  if (!row) throw new Error('counting answered nothing')
  return row
}

export type CancelRow = {
  outcome: 'cancelled' | 'already' | 'too_late' | 'not_found'
  status: PayoutStatus | null
}

/** Cancels by a person while nothing is signed, with its audit row, in one statement. */
export async function cancelRow({
  workspaceId,
  payoutId,
  actor,
  requestId,
}: Of & { payoutId: string; actor: string; requestId: string | null }): Promise<CancelRow> {
  const { rows } = await pool().query<CancelRow>(
    'select outcome, status from payout_cancel_by_person($1, $2, $3, $4)',
    [workspaceId, payoutId, actor, requestId],
  )
  const [row] = rows
  if (!row) throw new Error('payout_cancel_by_person answered nothing')
  return row
}
