import { beforeEach, expect, test } from 'vitest'
import {
  PAYOUT_GROUPS,
  type PayoutCounts,
  type PayoutDetailView,
  type PayoutRowView,
} from '@/domain/payout-console'
import { pool } from '@/server/core/db'
import { raiseAlarm, resolveAlarms } from '@/server/instance'
import { approveAs, readToApprove } from '@/test/harness/approvals'
import { confirmPayout, createPendingPayout, type PendingPayout } from '@/test/harness/pending-payouts'
import { newPerson, newWorkspace, rest, type TestPerson, trpc } from '@/test/harness/people'

let owner: TestPerson
let workspaceId: string
let payout: PendingPayout

beforeEach(async () => {
  owner = await newPerson()
  workspaceId = (await newWorkspace(owner)).id
  payout = await createPendingPayout(workspaceId)
  await approveAs(owner, payout.approvalId)
})

async function ask<T>(path: string, input: object): Promise<T> {
  const { data } = await trpc('query', path, { cookie: owner.cookie, input: { workspaceId, ...input } })
  return data as T
}

/** What each of the three views says. */
async function shown() {
  const { payouts } = await ask<{ payouts: PayoutRowView[] }>('payouts.list', { limit: 10 })
  const detail = await ask<PayoutDetailView>('payouts.get', { id: payout.rowId })
  const toApprove = await readToApprove(owner, payout.approvalId)
  const parts = [payouts[0], detail, toApprove].map((view) => ({
    waitingFor: view?.waitingFor,
    takenBack: view?.takenBack,
  }))
  expect(parts).toEqual([parts[0], parts[0], parts[0]])
  return { ...parts[0], isSettled: toApprove.isSettled }
}

const waitFor = (waitingFor: string | null) =>
  pool().query('update payouts set waiting_for = $2 where id = $1', [payout.rowId, waitingFor])
const aboutIt = () => ({ kind: 'payout_reorganised' as const, subject: payout.rowId, workspaceId })

test('list, page and approval page say why nothing moves', async () => {
  expect(await shown()).toEqual({ waitingFor: null, takenBack: null, isSettled: false })
  await waitFor('wallet_key')
  expect(await shown()).toEqual({ waitingFor: 'wallet_key', takenBack: null, isSettled: false })
})

test('a confirmed payment that the chain took back is never shown as paid, until a final block has it', async () => {
  await confirmPayout(payout)
  expect(await shown()).toMatchObject({ takenBack: null, isSettled: false })
  await waitFor('reorganised')
  expect(await shown()).toMatchObject({ takenBack: 'sent_again', isSettled: false })
  await raiseAlarm({ ...aboutIt(), severity: 'critical', message: 'Taken back' })
  for (const [waitingFor, takenBack] of [
    [null, 'sent_again'],
    ['relayer_gas', 'sent_again'],
    ['proof_of_expiry', 'undecided'],
    ['reorganised_for_good', 'gone'],
  ] as const) {
    await waitFor(waitingFor)
    expect(await shown()).toEqual({ waitingFor, takenBack, isSettled: false })
  }
  await resolveAlarms({ kind: 'payout_reorganised', subjects: [payout.rowId], by: 'payouts' })
  expect(await shown()).toMatchObject({ takenBack: 'gone' })
  await pool().query('update payouts set waiting_for = null, finalized_at = now() where id = $1', [
    payout.rowId,
  ])
  expect(await shown()).toEqual({ waitingFor: null, takenBack: null, isSettled: true })
})

test('what the chain took back is neither listed, counted nor exported as paid: unknown until it is proved, then not paid', async () => {
  await confirmPayout(payout)
  const other = await createPendingPayout(workspaceId, { agent: payout.agent })
  await approveAs(owner, other.approvalId)
  await confirmPayout(other)
  const places = async () => {
    const counts = await ask<PayoutCounts>('payouts.counts', {})
    const listed = await Promise.all(
      PAYOUT_GROUPS.map(async (group) => {
        const { payouts } = await ask<{ payouts: PayoutRowView[] }>('payouts.list', { group, limit: 10 })
        expect([group, counts[group]]).toEqual([group, payouts.length])
        return payouts.some(({ id }) => id === payout.rowId) ? [group] : []
      }),
    )
    expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(2)
    const response = await rest('GET', `/api/v1/payouts.csv?workspaceId=${workspaceId}`, {
      cookie: owner.cookie,
    })
    const [columns = [], ...records] = (await response.text()).split('\n').map((line) => line.split(','))
    const record = records.find(([id]) => id === payout.payoutId) ?? []
    const exported = ['status', 'is_final', 'taken_back'].map((column) => record[columns.indexOf(column)])
    return { group: listed.flat(), exported }
  }
  const paid = { group: ['paid'], exported: ['confirmed', 'true', ''] }
  expect(await places()).toEqual(paid)
  await raiseAlarm({ ...aboutIt(), severity: 'critical', message: 'Taken back' })
  expect(await places()).toEqual({ group: ['unknown'], exported: ['taken_back', 'false', 'sent_again'] })
  await waitFor('proof_of_expiry')
  expect(await places()).toEqual({ group: ['unknown'], exported: ['taken_back', 'false', 'undecided'] })
  await waitFor('reorganised_for_good')
  expect(await places()).toEqual({ group: ['failed'], exported: ['taken_back', 'true', 'gone'] })
  await resolveAlarms({ kind: 'payout_reorganised', subjects: [payout.rowId], by: 'payouts' })
  expect(await places()).toEqual({ group: ['failed'], exported: ['taken_back', 'true', 'gone'] })
  await waitFor(null)
  expect(await places()).toEqual(paid)
})
