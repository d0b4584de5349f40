import { pool } from '@/server/core/db'

export type PolicyRow = {
  twoApproversFrom: bigint | null
  killedAt: Date | null
  killedBy: string | null
  killNote: string | null
}

type Of = { workspaceId: string }
type Act = Of & { actor: string; requestId: string | null }
/** A signature that was verified; `digest` is hex without 0x. */
export type KeptEvidence = { digest: string; typedData: object; signature: string }

/** The policy of a workspace; one without a row has the defaults. */
export async function findPolicy({ workspaceId }: Of): Promise<PolicyRow> {
  const { rows } = await pool().query<PolicyRow>(
    `select two_approvers_from as "twoApproversFrom", killed_at as "killedAt", killed_by as "killedBy", kill_note as "killNote"
       from workspace_policies where workspace_id = $1`,
    [workspaceId],
  )
  return rows[0] ?? { twoApproversFrom: null, killedAt: null, killedBy: null, killNote: null }
}

export type ChangeOutcome = 'changed' | 'unchanged' | 'evidence_needed' | 'evidence_used' | 'meanwhile'

export async function changePolicyRow(
  change: Act & { before: bigint | null; threshold: bigint | null; evidence: KeptEvidence | null },
): Promise<{ outcome: ChangeOutcome; mandatesSentBack: number }> {
  const { rows } = await pool().query<{ outcome: ChangeOutcome; mandatesSentBack: number }>(
    `select outcome, mandates_sent_back as "mandatesSentBack" from policy_change($1, $2, $3, $4, $5, $6)`,
    [
      change.workspaceId,
      change.actor,
      change.before?.toString() ?? null,
      change.threshold?.toString() ?? null,
      change.evidence && JSON.stringify(change.evidence),
      change.requestId,
    ],
  )
  const [row] = rows
  if (!row) throw new Error('policy_change answered nothing')
  return row
}

/** Sets the kill switch; false when it was set already. */
export async function stopRow({
  workspaceId,
  actor,
  note,
  requestId,
}: Act & { note: string | null }): Promise<boolean> {
  const { rows } = await pool().query<{ stopped: boolean }>(
    'select payouts_stop($1, $2, $3, $4) as stopped',
    [workspaceId, actor, note, requestId],
  )
  return rows[0]?.stopped ?? false
}

/** Ends up to `limit` unsigned payouts of a stopped workspace; answers how many. */
export async function endStoppedRows({ workspaceId, limit }: Of & { limit: number }): Promise<number> {
  const { rows } = await pool().query<{ count: number }>('select payouts_end_stopped($1, $2) as count', [
    workspaceId,
    limit,
  ])
  return rows[0]?.count ?? 0
}

export type ResumeOutcome = 'resumed' | 'not_stopped' | 'changed' | 'evidence_used'

export async function resumeRow({
  workspaceId,
  actor,
  stoppedAt,
  evidence,
  requestId,
}: Act & { stoppedAt: Date; evidence: KeptEvidence }): Promise<ResumeOutcome> {
  const { rows } = await pool().query<{ outcome: ResumeOutcome }>(
    'select payouts_resume($1, $2, $3, $4, $5) as outcome',
    [workspaceId, actor, stoppedAt, JSON.stringify(evidence), requestId],
  )
  const [row] = rows
  if (!row) throw new Error('payouts_resume answered nothing')
  return row.outcome
}

export type OpenRow = { group: 'waiting' | 'authorized' | 'signed'; count: number; amount: bigint }

/** What is under way, by what a stop does to it. Serves from payouts_workspace_id_status_created_at_id_idx. */
export async function selectOpen({ workspaceId }: Of): Promise<OpenRow[]> {
  const { rows } = await pool().query<OpenRow>(
    `select case status when 'pending_authorization' then 'waiting' when 'authorized' then 'authorized' when 'signing' then 'authorized' else 'signed' end as "group",
            count(*)::int as count, sum(amount) as amount
       from payouts where workspace_id = $1
        and status in ('pending_authorization', 'authorized', 'signing', 'signed', 'broadcasting') group by 1`,
    [workspaceId],
  )
  return rows
}
