import { expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import {
  approveAs,
  decisionRows,
  denyAs,
  readToApprove,
  sendApproval,
  signApproval,
} from '@/test/harness/approvals'
import { createPendingPayout } from '@/test/harness/pending-payouts'
import { addMember, newPerson, newWorkspace, type TestPerson } from '@/test/harness/people'

const addressOf = ({ account }: TestPerson) => account.address.toLowerCase()

async function scene(amount = 10_000_000n) {
  const founder = await newPerson()
  const { id } = await newWorkspace(founder)
  const second = await newPerson()
  await addMember(id, second, 'APPROVER')
  const setThreshold = (from: bigint) =>
    pool().query(
      `insert into workspace_policies (workspace_id, two_approvers_from) values ($1, $2)
       on conflict (workspace_id) do update set two_approvers_from = excluded.two_approvers_from`,
      [id, from.toString()],
    )
  return { founder, second, id, setThreshold, create: () => createPendingPayout(id, { amount }) }
}

test('the same person twice is one; another person completes it', async () => {
  const { founder, second, setThreshold, create } = await scene()
  await setThreshold(10_000_000n)
  const { approvalId, rowId } = await create()
  expect(await approveAs(founder, approvalId)).toMatchObject({
    error: null,
    data: {
      status: 'pending_authorization',
      decision: { outcome: 'waiting', approvals: 1, requiredApprovals: 2 },
    },
  })
  expect(await approveAs(founder, approvalId)).toMatchObject({
    data: { status: 'pending_authorization', decision: { outcome: 'already_voted', approvals: 1 } },
  })
  expect(await readToApprove(second, approvalId)).toMatchObject({
    approval: {
      approvals: 1,
      requiredApprovals: 2,
      votes: [{ address: founder.account.address, isCounted: true }],
    },
  })
  expect(await approveAs(second, approvalId)).toMatchObject({
    data: { status: 'authorized', decision: { outcome: 'approved', approvals: 2 } },
  })
  expect(await decisionRows(rowId)).toMatchObject({ votes: 2, evidence: 2, decidedBy: addressOf(second) })
})

test('a policy that was tightened after the payout was asked for binds it', async () => {
  const { founder, second, setThreshold, create } = await scene()
  const { approvalId, rowId } = await create()
  const signature = await signApproval(founder, await readToApprove(founder, approvalId))
  await setThreshold(10_000_000n)
  expect((await sendApproval(founder, approvalId, signature)).data).toMatchObject({
    status: 'pending_authorization',
    decision: { outcome: 'waiting', requiredApprovals: 2 },
  })
  // Loosened again, what was asked for at this time stays.
  await setThreshold(99_000_000n)
  expect(await decisionRows(rowId)).toMatchObject({ status: 'pending_authorization', required: 2 })
  expect((await approveAs(second, approvalId)).data).toMatchObject({ status: 'authorized' })
})

test('the approval of somebody who has lost the right since does not count', async () => {
  const { founder, second, id, setThreshold, create } = await scene()
  await setThreshold(1n)
  const { approvalId } = await create()
  await approveAs(second, approvalId)
  await pool().query(
    `update workspace_members set role = 'VIEWER' where workspace_id = $1 and address = $2`,
    [id, addressOf(second)],
  )
  expect((await approveAs(founder, approvalId)).data).toMatchObject({
    decision: { outcome: 'waiting', approvals: 1, requiredApprovals: 2 },
  })
  const third = await newPerson()
  await addMember(id, third, 'ADMIN')
  expect((await approveAs(third, approvalId)).data).toMatchObject({ status: 'authorized' })
})

test('one denial ends it, also by the person who had approved', async () => {
  const { founder, setThreshold, create } = await scene()
  await setThreshold(1n)
  const { approvalId, rowId } = await create()
  await approveAs(founder, approvalId)
  expect((await denyAs(founder, approvalId, 'On second thoughts')).data).toMatchObject({
    failureReason: 'user_denied',
  })
  expect(await decisionRows(rowId)).toMatchObject({ status: 'failed', approval: 'denied', votes: 1 })
})

test('two who approve at the same instant complete it once', async () => {
  const { founder, second, setThreshold, create } = await scene()
  await setThreshold(1n)
  const { approvalId, rowId } = await create()
  const answers = await Promise.all([approveAs(founder, approvalId), approveAs(second, approvalId)])
  const outcomes = answers.map(({ data }) => (data as { decision: { outcome: string } }).decision.outcome)
  expect(outcomes.sort()).toEqual(['approved', 'waiting'])
  expect(await decisionRows(rowId)).toMatchObject({ status: 'authorized', votes: 2, version: 2 })
})
