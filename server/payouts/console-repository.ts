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

// What is over waits for nobody, though the sweep that ends it comes seconds later.
const GROUPS: Record<PayoutGroup, string> = {
  waiting: `status = 'pending_authorization' and expires_at > now()`,
  moving: `status in ('authorized', 'signing', 'signed', 'broadcasting', 'succeeded')`,
  paid: `status = 'confirmed'`,
  unknown: `status = 'failed' and ${TIMED_OUT}`,
  failed: `status = 'failed' and not ${TIMED_OUT}`,
}

/** Conditions on `payouts p` with their values; the workspace is the first. */
function conditionsOf({ workspaceId, filter }: Of & { filter: PayoutFilter }) {
  const values: unknown[] = [workspaceId]
  const add = (value: unknown) => `$${values.push(value)}`
  const conditions = ['p.workspace_id = $1', 'p.deleted_at is null']
  if (filter.group) conditions.push(GROUPS[filter.group])
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
  // The page is cut before names are joined to it.
  const text = `
    with page as materialized (
      select p.* from payouts p where ${conditions.join(' and ')} order by p.created_at desc, p.id limit ${add(limit)}
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

/** How many payouts each group has, counted up to COUNTED_MOST. */
export async function countGroups({ workspaceId }: Of): Promise<Record<PayoutGroup, number>> {
  const counts = Object.entries(GROUPS).map(
    ([group, condition]) =>
      `(select count(*)::int from (select 1 from payouts p where workspace_id = $1 and deleted_at is null and ${condition}
          limit ${COUNTED_MOST}) c) as ${group}`,
  )
  const { rows } = await pool().query<Record<PayoutGroup, number>>(`select ${counts.join(', ')}`, [
    workspaceId,
  ])
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
