// Persons who decide about payouts through the console's procedures.
import type { ToApproveManyView, ToApproveView } from '@/domain/approval'
import { pool } from '@/server/core/db'
import { newPerson, newWorkspace, type TestPerson, trpc } from './people'

/** A workspace of its own with its founder. */
export async function newTeam() {
  const founder = await newPerson()
  return { founder, id: (await newWorkspace(founder)).id }
}

export async function toApproveMany(
  person: TestPerson,
  workspaceId: string,
  approvalIds: string[],
): Promise<ToApproveManyView> {
  const input = { workspaceId, approvalIds }
  const { data, error } = await trpc('query', 'approvals.toApproveMany', { cookie: person.cookie, input })
  if (error) throw new Error(`toApproveMany answered ${error.code}`)
  return data as ToApproveManyView
}

export async function readToApprove(person: TestPerson, approvalId: string): Promise<ToApproveView> {
  const { data, error } = await trpc('query', 'payouts.toApprove', {
    cookie: person.cookie,
    input: { approvalId },
  })
  if (error) throw new Error(`toApprove answered ${error.code}`)
  return data as ToApproveView
}

type TypedData = ToApproveView['typedData']
type SignedParts = { domain?: Partial<TypedData['domain']>; message?: Partial<TypedData['message']> }

/** A person's signature over what they are shown, with some of it changed if asked. */
export function signApproval(person: TestPerson, { typedData }: ToApproveView, changed: SignedParts = {}) {
  const message = { ...typedData.message, ...changed.message }
  return person.account.signTypedData({
    ...typedData,
    domain: { ...typedData.domain, ...changed.domain },
    message: { ...message, amount: BigInt(message.amount), deadline: BigInt(message.deadline) },
  })
}

export function sendApproval(person: TestPerson, approvalId: string, signature: string) {
  return trpc('mutation', 'payouts.approve', { cookie: person.cookie, input: { approvalId, signature } })
}

/** What the page does: read, sign, send. */
export async function approveAs(person: TestPerson, approvalId: string) {
  const shown = await readToApprove(person, approvalId)
  return sendApproval(person, approvalId, await signApproval(person, shown))
}

export function denyAs(person: TestPerson, approvalId: string, note?: string) {
  return trpc('mutation', 'payouts.deny', {
    cookie: person.cookie,
    input: { approvalId, ...(note === undefined ? {} : { note }) },
  })
}

/** Everything that a decision changes, as the database has it. */
export async function decisionRows(rowId: string) {
  const { rows } = await pool().query(
    `select p.status, p.failure_reason as "failureReason", p.state_version as version, p.counted_month is not null as "isCounted",
       a.status as approval, a.decided_by as "decidedBy", a.note, a.required_approvals as required,
       (select count(*)::int from approval_votes v where v.approval_id = a.id) as votes,
       (select count(*)::int from signed_evidence e join approval_votes v on v.evidence_id = e.id where v.approval_id = a.id) as evidence,
       (select array_agg(t.to_status::text order by t.state_version) from payout_transitions t where t.payout_row_id = p.id) as timeline,
       (select count(*)::int from webhook_events w where w.payout_row_id = p.id) as events,
       (select array_agg(l.action order by l.id) from audit_log l where l.workspace_id = p.workspace_id and l.target = p.payout_id) as acts
     from payouts p join approvals a on a.payout_row_id = p.id where p.id = $1`,
    [rowId],
  )
  return rows[0]
}
