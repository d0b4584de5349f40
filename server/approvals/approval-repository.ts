import type { StoredAddress } from '@/domain/address'
import type { ApprovalView, VoteOutcome } from '@/domain/approval'
import type { PayoutView } from '@/domain/payout'
import type { TakenBack } from '@/domain/payout-console'
import type { MemberRole } from '@/domain/roles'
import { pool } from '@/server/core/db'

export type ApprovalRow = {
  approvalId: string
  status: ApprovalView['status']
  isByMandate: boolean
  requiredApprovals: number
  approvals: number
  votes: ApprovalView['votes']
  refusal: ApprovalView['refusal']
  decidedBy: string | null
  decidedAt: number | null
  note: string | null
  payout: PayoutView
  amount: bigint
  chainId: number
  fromAddress: StoredAddress
  toAddress: StoredAddress
  assetAddress: StoredAddress
  secondsLeft: number
  recipientName: string | null
  namedAt: number | null
  isFirstTime: boolean
  workspaceId: string
  slug: string
  workspaceName: string
  walletAddress: StoredAddress
  waitingFor: string | null
  takenBack: TakenBack | null
  isSettled: boolean
  role: MemberRole
  rightsFrom: number
  isInForce: boolean
  stopped: { by: string; at: number; note: string | null } | null
}

const SECONDS = (column: string) => `floor(extract(epoch from ${column}))::float8`

// One row for each approval of a workspace that the person of $1 is a member of. A name that came after a payout to the address was
// asked for proves nothing: whoever wants it paid may have given it. Behind `offset 0` the first request is found among those to its recipient;
// without it the planner walks all of the workspace by their time until it meets the recipient, which is asked for last.
const APPROVALS = `
  select a.id as "approvalId", a.status, a.is_by_mandate as "isByMandate",
    approval_required(a.required_approvals, p.amount, y.two_approvers_from) as "requiredApprovals",
    approval_count(a.id) as approvals,
    coalesce((select jsonb_agg(jsonb_build_object('address', v.address, 'isApproved', v.is_approved, 'note', v.note,
        'at', floor(extract(epoch from v.created_at)),
        'isCounted', exists (select 1 from workspace_members c where c.workspace_id = a.workspace_id and c.address = v.address
          and c.role in ('OWNER', 'ADMIN', 'APPROVER') and c.rights_from <= now())) order by v.created_at)
      from approval_votes v where v.approval_id = a.id), '[]') as votes,
    a.refusal, a.decided_by as "decidedBy", ${SECONDS('a.decided_at')} as "decidedAt", a.note,
    payout_json(p) as payout, p.amount, p.chain_id as "chainId", p.from_address as "fromAddress", p.to_address as "toAddress",
    p.asset_address as "assetAddress", p.expires_at,
    case when p.status = 'pending_authorization' then greatest(floor(extract(epoch from p.expires_at - now())), 0)::float8 else 0 end as "secondsLeft",
    b.name as "recipientName", ${SECONDS('b.updated_at')} as "namedAt",
    not exists (select 1 from payouts d where d.workspace_id = p.workspace_id and d.to_address = p.to_address and d.status = 'confirmed')
      and (b.id is null or b.updated_at >= (select min(d.created_at) from (select d.created_at from payouts d
        where d.workspace_id = p.workspace_id and d.to_address = p.to_address offset 0) d)) as "isFirstTime",
    w.id as "workspaceId", w.slug, w.name as "workspaceName", w.wallet_address as "walletAddress",
    p.waiting_for as "waitingFor", payout_taken_back(p.id, p.status, p.finalized_at, p.waiting_for) as "takenBack",
    p.finalized_at is not null or (p.status = 'failed' and p.failure_reason not like 'tx_confirmation_timeout%') as "isSettled",
    m.role, ${SECONDS('m.rights_from')} as "rightsFrom", m.rights_from <= now() as "isInForce",
    case when y.killed_at is not null then jsonb_build_object('by', y.killed_by, 'at', floor(extract(epoch from y.killed_at)),
      'note', y.kill_note) end as stopped
  from approvals a
  join payouts p on p.id = a.payout_row_id
  join workspaces w on w.id = a.workspace_id and w.deleted_at is null
  join workspace_members m on m.workspace_id = a.workspace_id and m.address = $1
  left join workspace_policies y on y.workspace_id = a.workspace_id
  left join address_book_entries b on b.workspace_id = a.workspace_id and b.address = p.to_address and b.deleted_at is null`

/** Null for an unknown id and for one of a workspace that the person is no member of. */
export async function findApproval({
  approvalId,
  workspaceId,
  person,
}: {
  approvalId: string
  workspaceId?: string | undefined
  person: StoredAddress
}): Promise<ApprovalRow | null> {
  const { rows } = await pool().query<ApprovalRow>(
    `${APPROVALS} where a.id = $2 and ($3::uuid is null or a.workspace_id = $3)`,
    [person, approvalId, workspaceId ?? null],
  )
  return rows[0] ?? null
}

type OfWorkspace = { workspaceId: string; person: StoredAddress }

/** In the order of the ids; those that the workspace does not have are left out. */
export async function findApprovals({
  approvalIds,
  workspaceId,
  person,
}: OfWorkspace & { approvalIds: readonly string[] }): Promise<ApprovalRow[]> {
  const { rows } = await pool().query<ApprovalRow>(
    `${APPROVALS} where a.id = any($2) and a.workspace_id = $3 order by array_position($2, a.id)`,
    [person, approvalIds, workspaceId],
  )
  return rows
}

const IS_PENDING = `a.status = 'pending' and p.status = 'pending_authorization' and p.expires_at > now()`

// That a person has the right to decide now, and has not approved it yet.
const WAITS_FOR = (person: string) => `
  not exists (select 1 from approval_votes v where v.approval_id = a.id and v.address = ${person} and v.is_approved)
  and exists (select 1 from workspace_members r where r.workspace_id = a.workspace_id and r.address = ${person}
    and r.role in ('OWNER', 'ADMIN', 'APPROVER') and r.rights_from <= now())`

type Page = { cursor: string | null; limit: number; isForMe: boolean; agentId: string | null }

/** The statement of a page of what can still be decided, and its values. */
export function pendingStatement({
  workspaceId,
  person,
  cursor,
  limit,
  isForMe,
  agentId,
}: OfWorkspace & Page): { text: string; values: unknown[] } {
  const text = `${APPROVALS}
     where a.workspace_id = $2 and ${IS_PENDING} ${isForMe ? `and ${WAITS_FOR('$1')}` : ''}
       and ($5::text is null or p.agent_id = $5)
       and ($3::text is null or (p.expires_at, a.id) > (
         select q.expires_at, c.id from approvals c join payouts q on q.id = c.payout_row_id where c.id = $3))
     order by p.expires_at, a.id limit $4`
  return { text, values: [person, workspaceId, cursor, limit, agentId] }
}

/**
 * What can still be decided, the most urgent first; with `isForMe` only what this person can. Null when the cursor is not an
 * approval of this workspace.
 */
export async function selectPending(asked: OfWorkspace & Page): Promise<ApprovalRow[] | null> {
  if (asked.cursor !== null) {
    const { rowCount } = await pool().query('select 1 from approvals where id = $1 and workspace_id = $2', [
      asked.cursor,
      asked.workspaceId,
    ])
    if (rowCount === 0) return null
  }
  const { text, values } = pendingStatement(asked)
  const { rows } = await pool().query<ApprovalRow>(text, values)
  return rows
}

/** How many can still be decided, and how many of them wait for this person. */
export async function countPending({
  workspaceId,
  person,
}: OfWorkspace): Promise<{ count: number; forMe: number }> {
  const { rows } = await pool().query<{ count: number; forMe: number }>(
    `select count(*)::int as count, (count(*) filter (where ${WAITS_FOR('$2')}))::int as "forMe"
     from approvals a join payouts p on p.id = a.payout_row_id where a.workspace_id = $1 and ${IS_PENDING}`,
    [workspaceId, person],
  )
  return rows[0] ?? { count: 0, forMe: 0 }
}

/** What a managed wallet has promised, in atomic units: signed and not confirmed or taken back, and approved and not signed. */
export async function sumPromised({
  chainId,
  fromAddress,
}: {
  chainId: number
  fromAddress: string
}): Promise<{ reserved: bigint; approved: bigint }> {
  const { rows } = await pool().query<{ reserved: bigint; approved: bigint }>(
    `select
       (select coalesce(sum(amount), 0) from payouts_promised($1, $2)) as reserved,
       (select coalesce(sum(amount), 0) from payouts where chain_id = $1 and from_address = $2 and status = 'authorized') as approved`,
    [chainId, fromAddress],
  )
  return rows[0] ?? { reserved: 0n, approved: 0n }
}

export type VoteRow = {
  approvalId: string
  outcome: VoteOutcome
  approvals: number
  requiredApprovals: number
  decidedBy: string | null
  payout: PayoutView | null
}

type Vote = {
  workspaceId: string
  approvalIds: readonly string[]
  person: StoredAddress
  evidence: { digest: Buffer; typedData: object; signature: string }
  requestId: string | null
}

/** One round trip: rights, state, evidence, vote, and what the last needed vote brings about; or nothing. */
export async function insertVotes({
  workspaceId,
  approvalIds,
  person,
  evidence,
  requestId,
}: Vote): Promise<VoteRow[]> {
  const { rows } = await pool().query<VoteRow>(
    `select approval_id as "approvalId", outcome, approvals, required_approvals as "requiredApprovals", decided_by as "decidedBy", payout
     from approval_vote($1, $2, $3, $4, $5, $6, $7)`,
    [
      workspaceId,
      approvalIds,
      person,
      evidence.digest,
      JSON.stringify(evidence.typedData),
      evidence.signature,
      requestId,
    ],
  )
  return rows
}

export type DenialRow = Omit<VoteRow, 'approvalId' | 'outcome'> & {
  outcome: 'denied' | Exclude<VoteOutcome, 'approved' | 'waiting' | 'already_voted' | 'killed'>
}

/** One round trip; ends the payout with the first denial. */
export async function insertDenial({
  workspaceId,
  approvalId,
  person,
  note,
  requestId,
}: {
  workspaceId: string
  approvalId: string
  person: StoredAddress
  note: string | null
  requestId: string | null
}): Promise<DenialRow> {
  const { rows } = await pool().query<DenialRow>(
    `select outcome, approvals, required_approvals as "requiredApprovals", decided_by as "decidedBy", payout
     from approval_deny($1, $2, $3, $4, $5)`,
    [workspaceId, approvalId, person, note, requestId],
  )
  const [row] = rows
  if (!row) throw new Error('a function that always answers did not')
  return row
}
