import type { PayoutEvidenceView, PayoutTransitionView } from '@/domain/payout-console'
import { pool } from '@/server/core/db'
import { CONSOLE_COLUMNS, CONSOLE_JOINS, type ConsoleRow } from './console-repository'

export type DetailRow = ConsoleRow & {
  network: string
  currency: string
  fromAddress: string
  assetAddress: string
  metadata: unknown
  webhookUrl: string | null
  usesBudget: boolean
  stateVersion: number
  blockNumber: bigint | null
  executedAt: Date | null
  confirmedAt: Date | null
  finalizedAt: Date | null
  nextTryAt: Date | null
  nonce: string | null
  validBefore: bigint | null
  signature: string | null
  isStopped: boolean
}

type Of = { workspaceId: string; id: string }

/** A payout of the workspace; null for a foreign one as for none. */
export async function findDetail({ workspaceId, id }: Of): Promise<DetailRow | null> {
  const { rows } = await pool().query<DetailRow>(
    `select ${CONSOLE_COLUMNS}, p.network, p.currency, p.from_address as "fromAddress", p.asset_checksum as "assetAddress", p.metadata,
            p.webhook_url as "webhookUrl", p.uses_budget as "usesBudget", p.state_version as "stateVersion", p.block_number as "blockNumber",
            p.executed_at as "executedAt", p.confirmed_at as "confirmedAt", p.finalized_at as "finalizedAt",
            p.next_try_at as "nextTryAt", p.nonce, p.valid_before as "validBefore", p.signature,
            exists (select 1 from workspace_policies k where k.workspace_id = p.workspace_id and k.killed_at is not null) as "isStopped"
       from payouts p ${CONSOLE_JOINS} where p.workspace_id = $1 and p.id = $2 and p.deleted_at is null`,
    [workspaceId, id],
  )
  return rows[0] ?? null
}

export type TransitionRow = Omit<PayoutTransitionView, 'at'> & { at: Date }

export async function selectTransitions(id: string): Promise<TransitionRow[]> {
  const { rows } = await pool().query<TransitionRow>(
    `select t.state_version as "stateVersion", t.from_status as "from", t.to_status as "to", t.reason, t.actor, a.name as "actorName",
            t.details->>'note' as note, t.at
       from payout_transitions t left join agents a on a.id = t.actor where t.payout_row_id = $1 order by t.state_version`,
    [id],
  )
  return rows
}

export type ApprovalRow = {
  approvalId: string
  status: 'pending' | 'approved' | 'denied' | 'closed'
  isByMandate: boolean
  requiredApprovals: number
  refusal: ({ code: string } & Record<string, unknown>) | null
  note: string | null
}
export type VoteRow = { address: string; isApproved: boolean; note: string | null; at: Date }

/** Who decides about it, and how they voted. A sweep has no approval. */
export async function findApproval(id: string): Promise<{ approval: ApprovalRow; votes: VoteRow[] } | null> {
  const { rows } = await pool().query<ApprovalRow>(
    `select id as "approvalId", status, is_by_mandate as "isByMandate", required_approvals as "requiredApprovals", refusal, note
       from approvals where payout_row_id = $1`,
    [id],
  )
  const [approval] = rows
  if (!approval) return null
  const votes = await pool().query<VoteRow>(
    `select address, is_approved as "isApproved", note, created_at as at from approval_votes where approval_id = $1 order by created_at`,
    [approval.approvalId],
  )
  return { approval, votes: votes.rows }
}

export type EvidenceRow = Omit<PayoutEvidenceView, 'at'> & { at: Date }

/** What people signed to allow it: their approvals, or the mandate that approved it. */
export async function selectEvidence({ workspaceId, id }: Of): Promise<EvidenceRow[]> {
  const columns = `e.kind, e.signer, e.typed_data as "typedData", e.signature, e.created_at as at`
  const { rows } = await pool().query<EvidenceRow>(
    `select ${columns} from approvals a join approval_votes v on v.approval_id = a.id join signed_evidence e on e.id = v.evidence_id
       where a.payout_row_id = $2 and e.workspace_id = $1
     union all
     select ${columns} from payouts p join signed_evidence e on e.kind = 'mandate' and e.reference = p.mandate_id
       where p.id = $2 and p.uses_budget and e.workspace_id = $1
     order by at`,
    [workspaceId, id],
  )
  return rows
}
