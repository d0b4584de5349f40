import { beforeAll, describe, expect, test } from 'vitest'
import type { MemberRole } from '@/domain/roles'
import { pool } from '@/server/core/db'
import {
  approveAs,
  decisionRows,
  denyAs,
  readToApprove,
  sendApproval,
  signApproval,
} from '@/test/harness/approvals'
import { createPendingPayout, letExpire } from '@/test/harness/pending-payouts'
import { addMember, newPerson, newWorkspace, rest, type TestPerson, trpc } from '@/test/harness/people'

let owner: TestPerson
let outsider: TestPerson
let workspaceId: string
const members = new Map<MemberRole, TestPerson>()
const member = (role: MemberRole) => members.get(role) ?? owner

beforeAll(async () => {
  owner = await newPerson()
  workspaceId = (await newWorkspace(owner)).id
  outsider = await newPerson()
  await newWorkspace(outsider)
  members.set('OWNER', owner)
  for (const role of ['ADMIN', 'APPROVER', 'VIEWER'] as const) {
    const person = await newPerson()
    await addMember(workspaceId, person, role)
    members.set(role, person)
  }
})

const pending = () => createPendingPayout(workspaceId)
const addressOf = ({ account }: TestPerson) => account.address.toLowerCase()

describe.each(['OWNER', 'ADMIN', 'APPROVER'] as const)('an %s', (role) => {
  test('approves with a signature over what is shown, which is kept as evidence', async () => {
    const { approvalId, rowId, payoutId } = await pending()
    const { data, error } = await approveAs(member(role), approvalId)
    expect(error).toBeNull()
    expect(data).toMatchObject({
      payoutId,
      status: 'authorized',
      approvalUrl: null,
      decision: { outcome: 'approved', approvals: 1, requiredApprovals: 1 },
    })
    expect(await decisionRows(rowId)).toMatchObject({
      status: 'authorized',
      approval: 'approved',
      decidedBy: addressOf(member(role)),
      votes: 1,
      evidence: 1,
      timeline: ['pending_authorization', 'authorized'],
      events: 2,
      acts: ['payout.created', 'payout.approved'],
    })
    const { rows } = await pool().query(
      `select kind, signer, reference, typed_data->'message'->>'payoutId' as "payoutId" from signed_evidence where reference = $1`,
      [approvalId],
    )
    expect(rows).toEqual([
      { kind: 'payout_approval', signer: addressOf(member(role)), reference: approvalId, payoutId },
    ])
  })

  test('denies with a note and without a signature, and the month gets its amount back', async () => {
    const { approvalId, rowId, agent } = await pending()
    const { data, error } = await denyAs(member(role), approvalId, '  Not this supplier  ')
    expect(error).toBeNull()
    expect(data).toMatchObject({
      status: 'failed',
      failureReason: 'user_denied',
      decision: { outcome: 'denied' },
    })
    expect(await decisionRows(rowId)).toMatchObject({
      status: 'failed',
      failureReason: 'user_denied',
      isCounted: false,
      approval: 'denied',
      note: 'Not this supplier',
      votes: 1,
      acts: ['payout.created', 'payout.denied'],
    })
    const { rows } = await pool().query('select spent from agent_monthly_spend where agent_id = $1', [
      agent.agentId,
    ])
    expect(rows).toEqual([{ spent: 0n }])
  })
})

test('approving again and denying again change nothing and answer the same', async () => {
  const approved = await pending()
  const shown = await readToApprove(owner, approved.approvalId)
  const signature = await signApproval(owner, shown)
  await sendApproval(owner, approved.approvalId, signature)
  const before = await decisionRows(approved.rowId)
  const again = await sendApproval(owner, approved.approvalId, signature)
  expect(again).toMatchObject({
    error: null,
    data: { status: 'authorized', decision: { outcome: 'already_voted' } },
  })
  expect(await decisionRows(approved.rowId)).toEqual(before)

  const denied = await pending()
  await denyAs(owner, denied.approvalId, 'No')
  const after = await decisionRows(denied.rowId)
  expect(await denyAs(owner, denied.approvalId, 'Still no')).toMatchObject({
    error: null,
    data: { failureReason: 'user_denied' },
  })
  expect(await decisionRows(denied.rowId)).toEqual(after)
})

describe('who may not', () => {
  test('a VIEWER sees it and can neither approve nor deny', async () => {
    const { approvalId, rowId } = await pending()
    const viewer = member('VIEWER')
    const shown = await readToApprove(viewer, approvalId)
    expect(shown.you).toMatchObject({ role: 'VIEWER', mayApprove: false })
    const approved = await sendApproval(viewer, approvalId, await signApproval(viewer, shown))
    expect(approved.error).toMatchObject({ code: 'not_authorized', httpStatus: 403 })
    expect((await denyAs(viewer, approvalId)).error).toMatchObject({ code: 'not_authorized' })
    expect(await decisionRows(rowId)).toMatchObject({ status: 'pending_authorization', votes: 0 })
  })

  test('an outsider gets the 404 of an id that never existed', async () => {
    const { approvalId, rowId } = await pending()
    const signature = await signApproval(outsider, await readToApprove(owner, approvalId))
    for (const [type, path, more] of [
      ['query', 'payouts.toApprove', {}],
      ['mutation', 'payouts.approve', { signature }],
      ['mutation', 'payouts.deny', {}],
    ] as const) {
      const ask = (id: string) =>
        trpc(type, path, { cookie: outsider.cookie, input: { approvalId: id, ...more } })
      const [foreign, absent] = [await ask(approvalId), await ask('NoSuchApprovalId0000000')]
      expect(foreign.error).toMatchObject({ code: 'not_found', httpStatus: 404 })
      expect({ ...foreign, error: { ...foreign.error, requestId: null } }).toEqual({
        ...absent,
        error: { ...absent.error, requestId: null },
      })
    }
    expect(await decisionRows(rowId)).toMatchObject({ status: 'pending_authorization', votes: 0 })
  })

  test("an agent's bearer is nobody here, and no REST call approves or denies", async () => {
    const { approvalId, payoutId, rowId, agent } = await pending()
    const signature = await signApproval(owner, await readToApprove(owner, approvalId))
    // A caller with a bearer speaks as the agent, even beside a person's cookie.
    for (const cookie of [undefined, owner.cookie]) {
      const { error } = await trpc('mutation', 'payouts.approve', {
        cookie,
        headers: agent.headers,
        input: { approvalId, signature },
      })
      expect(error).toMatchObject({ code: 'unauthenticated', httpStatus: 401 })
    }
    for (const act of ['approve', 'deny']) {
      const response = await rest('POST', `/api/payouts/${payoutId}/${act}`, {
        headers: agent.headers,
        body: { signature },
      })
      expect(response.status).toBe(404)
    }
    expect(await decisionRows(rowId)).toMatchObject({ status: 'pending_authorization', votes: 0 })
  })

  test('an approver whose rights begin later is refused until then', async () => {
    const { approvalId } = await pending()
    const late = await newPerson()
    await addMember(workspaceId, late, 'APPROVER')
    const setStart = (at: string) =>
      pool().query(`update workspace_members set rights_from = ${at} where address = $1`, [addressOf(late)])
    await setStart(`now() + interval '1 hour'`)
    const shown = await readToApprove(late, approvalId)
    expect(shown.you.mayApprove).toBe(false)
    expect(shown.you.rightsFrom).toBeGreaterThan(Date.now() / 1000)
    expect((await approveAs(late, approvalId)).error).toMatchObject({ code: 'not_authorized' })
    await setStart('now()')
    expect((await approveAs(late, approvalId)).error).toBeNull()
  })

  test('rights that end between reading and counting do not count: the statement asks again', async () => {
    const { approvalId, rowId } = await pending()
    const { rows } = await pool().query(
      `select outcome from approval_vote($1, array[$2], $3, '\\x01', '{}', '0x00', null)`,
      [workspaceId, approvalId, addressOf(member('VIEWER'))],
    )
    expect(rows).toEqual([{ outcome: 'not_authorized' }])
    const denial = await pool().query('select outcome from approval_deny($1, $2, $3, null, null)', [
      workspaceId,
      approvalId,
      addressOf(outsider),
    ])
    expect(denial.rows).toEqual([{ outcome: 'not_authorized' }])
    expect(await decisionRows(rowId)).toMatchObject({
      status: 'pending_authorization',
      votes: 0,
      evidence: 0,
    })
  })
})

describe('too late', () => {
  test('after the expiry neither decision counts, even before anybody has closed it', async () => {
    const payout = await pending()
    await letExpire(payout)
    expect((await approveAs(owner, payout.approvalId)).error).toMatchObject({
      code: 'INVALID_STATE',
      httpStatus: 409,
      details: { state: 'expired' },
    })
    expect((await denyAs(owner, payout.approvalId)).error).toMatchObject({ details: { state: 'expired' } })
    expect(await readToApprove(owner, payout.approvalId)).toMatchObject({ secondsLeft: 0 })
    expect(await decisionRows(payout.rowId)).toMatchObject({ status: 'pending_authorization', votes: 0 })
  })

  test('a payout whose agent was revoked while it was being created cannot be approved, and ends', async () => {
    const { approvalId, rowId, agent } = await pending()
    await pool().query('update agents set revoked_at = now() where id = $1', [agent.agentId])
    expect((await approveAs(owner, approvalId)).error).toMatchObject({ code: 'INVALID_STATE' })
    expect(await decisionRows(rowId)).toMatchObject({
      status: 'failed',
      failureReason: 'cancelled:agent_revoked',
      approval: 'closed',
      votes: 0,
    })
  })

  test('what somebody else has decided is said, with who and how', async () => {
    const payout = await pending()
    const signature = await signApproval(owner, await readToApprove(owner, payout.approvalId))
    await denyAs(member('ADMIN'), payout.approvalId, 'No')
    expect((await sendApproval(owner, payout.approvalId, signature)).error).toMatchObject({
      code: 'INVALID_STATE',
      details: { state: 'failed', decidedBy: member('ADMIN').account.address },
    })
    expect(await readToApprove(owner, payout.approvalId)).toMatchObject({
      payout: { failureReason: 'user_denied' },
      approval: { status: 'denied', decidedBy: member('ADMIN').account.address, note: 'No' },
    })
    const approved = await pending()
    await approveAs(member('ADMIN'), approved.approvalId)
    expect((await denyAs(owner, approved.approvalId)).error).toMatchObject({
      code: 'INVALID_STATE',
      details: { state: 'authorized' },
    })
  })

  test('the page of a payout opens while the checker has stopped its workspace, and says so', async () => {
    const founder = await newPerson()
    const { id } = await newWorkspace(founder)
    const { approvalId } = await createPendingPayout(id)
    await pool().query(
      `update workspace_policies set killed_at = now(), killed_by = 'checker' where workspace_id = $1`,
      [id],
    )
    expect(await readToApprove(founder, approvalId)).toMatchObject({ stopped: { by: 'checker' } })
  })

  test('while payouts are stopped nobody approves, and a denial still counts', async () => {
    const founder = await newPerson()
    const { id } = await newWorkspace(founder)
    const [one, two] = [await createPendingPayout(id), await createPendingPayout(id)]
    await pool().query(
      `update workspace_policies set killed_at = now(), killed_by = $2, kill_note = 'Strange payouts' where workspace_id = $1`,
      [id, addressOf(founder)],
    )
    expect(await readToApprove(founder, one.approvalId)).toMatchObject({
      stopped: { by: founder.account.address, note: 'Strange payouts' },
    })
    expect((await approveAs(founder, one.approvalId)).error).toMatchObject({
      code: 'payouts_killed',
      httpStatus: 409,
    })
    expect(await decisionRows(one.rowId)).toMatchObject({
      status: 'pending_authorization',
      votes: 0,
      evidence: 0,
    })
    expect((await denyAs(founder, two.approvalId)).error).toBeNull()
  })
})
