import { beforeAll, describe, expect, test } from 'vitest'
import { storedAddress } from '@/domain/address'
import type { ApprovedMany, PendingApprovals, ToApproveManyView } from '@/domain/approval'
import type { PayoutCounts } from '@/domain/payout-console'
import { pool } from '@/server/core/db'
import {
  approveAs,
  decisionRows,
  denyAs,
  newTeam,
  readToApprove,
  toApproveMany,
} from '@/test/harness/approvals'
import { createTestMandate } from '@/test/harness/factories'
import { createPendingPayout, letExpire } from '@/test/harness/pending-payouts'
import { addMember, newPerson, newWorkspace, type TestPerson, trpc } from '@/test/harness/people'

import { toApproveMany as askMany } from './approve-many'

let owner: TestPerson
let workspaceId: string
beforeAll(async () => {
  owner = await newPerson()
  workspaceId = (await newWorkspace(owner)).id
})

const addressOf = ({ account }: TestPerson) => account.address.toLowerCase()

function signMany({ account }: TestPerson, { typedData }: ToApproveManyView) {
  if (!typedData) throw new Error('there is nothing to sign')
  const approvals = typedData.message.approvals.map((line) => ({
    ...line,
    amount: BigInt(line.amount),
    deadline: BigInt(line.deadline),
  }))
  return account.signTypedData({ ...typedData, message: { approvals } })
}

const sendMany = ({ cookie }: TestPerson, of: string, approvalIds: string[], signature: string) =>
  trpc('mutation', 'approvals.approveMany', { cookie, input: { workspaceId: of, approvalIds, signature } })

describe('several together', () => {
  test('one signature over the list authorizes each line, and serves as the evidence of each', async () => {
    const { founder, id } = await newTeam()
    const payouts = await Promise.all([1n, 2n, 3n].map((amount) => createPendingPayout(id, { amount })))
    const ids = payouts.map(({ approvalId }) => approvalId)
    const shown = await toApproveMany(founder, id, ids)
    expect(shown).toMatchObject({ total: '6', missing: [] })
    expect(shown.lines.map(({ payout }) => payout.amount)).toEqual(['1', '2', '3'])
    const signature = await signMany(founder, shown)
    const { data } = await sendMany(founder, id, ids, signature)
    expect((data as ApprovedMany).lines.map(({ outcome }) => outcome)).toEqual([
      'approved',
      'approved',
      'approved',
    ])
    const { rows } = await pool().query(
      'select count(distinct evidence_id)::int as kept, count(*)::int as votes from approval_votes where approval_id = any($1)',
      [ids],
    )
    expect(rows).toEqual([{ kept: 1, votes: 3 }])
    const again = await sendMany(founder, id, ids, signature)
    expect((again.data as ApprovedMany).lines.map(({ outcome }) => outcome)).toEqual([
      'already_voted',
      'already_voted',
      'already_voted',
    ])
  })

  test('a line that is over meanwhile does not stop the others', async () => {
    const { founder, id } = await newTeam()
    const payouts = await Promise.all([1n, 2n, 3n].map((amount) => createPendingPayout(id, { amount })))
    const [live, denied, cancelled] = payouts
    const ids = payouts.map(({ approvalId }) => approvalId)
    const signature = await signMany(founder, await toApproveMany(founder, id, ids))
    if (!live || !denied || !cancelled) throw new Error('three were made')
    await denyAs(founder, denied.approvalId)
    await pool().query(`select payout_move($1, '{pending_authorization}', 'failed', 'expired', 'worker')`, [
      cancelled.rowId,
    ])
    const { data } = await sendMany(founder, id, ids, signature)
    expect((data as ApprovedMany).lines.map(({ outcome, payout }) => [outcome, payout?.status])).toEqual([
      ['approved', 'authorized'],
      ['decided', 'failed'],
      ['expired', 'failed'],
    ])
    const left = await toApproveMany(founder, id, [...ids, 'NoSuchApprovalId0000000'])
    expect(left.lines).toEqual([])
    expect(left.typedData).toBeNull()
    expect(left.missing.map(({ reason }) => reason)).toEqual(['decided', 'decided', 'expired', 'not_found'])
  })

  test('a list with a line of another workspace is refused whole, and so is more than fifty or one line twice', async () => {
    const { founder, id } = await newTeam()
    const [own, foreign] = [await createPendingPayout(id), await createPendingPayout(workspaceId)]
    const shown = await toApproveMany(founder, id, [own.approvalId])
    const signature = await signMany(founder, shown)
    const mixed = await sendMany(founder, id, [own.approvalId, foreign.approvalId], signature)
    expect(mixed.error).toMatchObject({ code: 'not_found' })
    const twice = await sendMany(founder, id, [own.approvalId, own.approvalId], signature)
    expect(twice.error).toMatchObject({ code: 'invalid_request' })
    const many = Array.from({ length: 51 }, (_, at) => `approval${at}`)
    expect((await sendMany(founder, id, many, signature)).error).toMatchObject({ code: 'invalid_request' })
    expect(await decisionRows(own.rowId)).toMatchObject({ votes: 0 })
    expect(await decisionRows(foreign.rowId)).toMatchObject({ votes: 0 })
  })

  test('a list of many asks the database no more often than a list of one, and warns of each recipient at its own line', async () => {
    const { founder, id } = await newTeam()
    const [known, like, other] = [`0x${'a1'.repeat(20)}`, `0x${'a1'.repeat(19)}a2`, `0x${'b3'.repeat(20)}`]
    await pool().query(
      `insert into address_book_entries (workspace_id, address, name, created_by) values ($1, $2, 'Supplier', $2)`,
      [id, known],
    )
    const payouts = [
      await createPendingPayout(id, { toAddress: other }),
      await createPendingPayout(id, { toAddress: like }),
      await createPendingPayout(id, { toAddress: other }),
    ]
    const ids = payouts.map(({ approvalId }) => approvalId)
    let asked = 0
    const count = () => {
      asked += 1
    }
    pool().on('acquire', count)
    const of = { workspaceId: id, person: storedAddress(addressOf(founder)) }
    await askMany({ ...of, approvalIds: ids.slice(0, 1) })
    const askedForOne = asked
    const { lines } = await askMany({ ...of, approvalIds: ids })
    pool().off('acquire', count)
    expect(asked - askedForOne).toBe(askedForOne)
    const codes = lines.map(({ warnings }) => warnings.map(({ code }) => code))
    expect(codes).toEqual([
      ['first_time_recipient'],
      ['first_time_recipient', 'look_alike'],
      ['first_time_recipient'],
    ])
  })

  test('each line says what the single page says: refusal, purpose, end and how many people it needs', async () => {
    const { founder, id } = await newTeam()
    await pool().query('update workspace_policies set two_approvers_from = 1 where workspace_id = $1', [id])
    const { agent } = await createPendingPayout(id)
    const mandateId = await createTestMandate(agent, { maxAmountPerTx: 1_000_000n })
    const metadata = { invoice: 'R-17' }
    const parts = { agent, mandateId, amount: 2_000_000n, metadata, ttlSeconds: 300 }
    const { approvalId, payoutId } = await createPendingPayout(id, parts)
    const { lines, funds, warnings } = await toApproveMany(founder, id, [approvalId])
    expect(lines).toMatchObject([
      {
        payout: { payoutId, metadata, expiresAt: expect.any(Number) },
        requiredApprovals: 2,
        approvals: 0,
        secondsLeft: expect.any(Number),
      },
    ])
    expect(lines[0]?.warnings).toContainEqual({
      code: 'mandate_refused',
      refusal: { code: 'mandate_amount_over_cap', maxAmountPerTx: '1000000', required: '2000000' },
    })
    // Without a chain nobody knows what the wallet holds, and the list says so.
    expect(funds).toMatchObject({ balance: null, reserved: '0' })
    expect(warnings).toEqual([{ code: 'balance_unknown' }])
  })

  test('two lists that share payouts in opposite orders both come through', async () => {
    const { founder, id } = await newTeam()
    const admin = await newPerson()
    await addMember(id, admin, 'ADMIN')
    const payouts = await Promise.all(Array.from({ length: 12 }, () => createPendingPayout(id)))
    const ids = payouts.map(({ approvalId }) => approvalId)
    const reversed = ids.toReversed()
    const [one, two] = await Promise.all([
      toApproveMany(founder, id, ids).then((shown) => signMany(founder, shown)),
      toApproveMany(admin, id, reversed).then((shown) => signMany(admin, shown)),
    ])
    const answers = await Promise.all([sendMany(founder, id, ids, one), sendMany(admin, id, reversed, two)])
    const outcomes = answers.flatMap(({ data }) => (data as ApprovedMany).lines.map(({ outcome }) => outcome))
    expect(outcomes.filter((outcome) => outcome === 'approved')).toHaveLength(12)
    expect(outcomes.filter((outcome) => outcome === 'decided')).toHaveLength(12)
  })
})

describe('the inbox', () => {
  const read = async (person: TestPerson, input: object) =>
    (await trpc('query', 'approvals.list', { cookie: person.cookie, input })).data as PendingApprovals

  test('lists what can be decided, the most urgent first, page by page, and counts it', async () => {
    const { founder, id } = await newTeam()
    const ttls = [900, 120, 3600, 600, 300]
    const made = []
    for (const ttlSeconds of ttls)
      made.push({ ttlSeconds, ...(await createPendingPayout(id, { ttlSeconds })) })
    await letExpire(await createPendingPayout(id))
    await denyAs(founder, (await createPendingPayout(id)).approvalId)
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page: PendingApprovals = await read(founder, {
        workspaceId: id,
        limit: 2,
        ...(cursor ? { cursor } : {}),
      })
      seen.push(...page.items.map(({ approvalId }) => approvalId))
      cursor = page.nextCursor
    } while (cursor)
    expect(seen).toEqual(
      made.toSorted((a, b) => a.ttlSeconds - b.ttlSeconds).map(({ approvalId }) => approvalId),
    )
    const count = await trpc('query', 'approvals.count', {
      cookie: founder.cookie,
      input: { workspaceId: id },
    })
    expect(count.data).toEqual({ count: 5, forMe: 5 })
  })

  test('what is over, or waits for rights that the person does not have, is not said to wait for them', async () => {
    const { founder, id } = await newTeam()
    const [viewer, later] = [await newPerson(), await newPerson()]
    await addMember(id, viewer, 'VIEWER')
    await addMember(id, later, 'APPROVER')
    await pool().query(
      `update workspace_members set rights_from = now() + interval '1 day' where workspace_id = $1 and address = $2`,
      [id, addressOf(later)],
    )
    const { approvalId } = await createPendingPayout(id)
    await letExpire(await createPendingPayout(id))
    const input = { workspaceId: id }
    const seenBy = async ({ cookie }: TestPerson) => ({
      ...((await trpc('query', 'approvals.count', { cookie, input })).data as object),
      waiting: ((await trpc('query', 'payouts.counts', { cookie, input })).data as PayoutCounts).waiting,
    })
    expect(await seenBy(founder)).toEqual({ count: 1, forMe: 1, waiting: 1 })
    expect(await seenBy(viewer)).toEqual({ count: 1, forMe: 0, waiting: 1 })
    expect(await seenBy(later)).toEqual({ count: 1, forMe: 0, waiting: 1 })
    expect((await read(founder, { ...input, isForMe: true })).items).toMatchObject([{ approvalId }])
    expect((await read(viewer, { ...input, isForMe: true })).items).toEqual([])
  })

  test('is narrowed to one agent', async () => {
    const { founder, id } = await newTeam()
    const [mine] = [await createPendingPayout(id), await createPendingPayout(id)]
    const all = await read(founder, { workspaceId: id })
    const agentId = all.items.find(({ approvalId }) => approvalId === mine.approvalId)?.payout.agentId
    const narrowed = await read(founder, { workspaceId: id, agentId })
    expect(narrowed.items.map(({ approvalId }) => approvalId)).toEqual([mine.approvalId])
    expect((await read(founder, { workspaceId: id, agentId: 'agt_none' })).items).toEqual([])
  })

  test('a cursor of another workspace is unknown', async () => {
    const { founder, id } = await newTeam()
    const foreign = await createPendingPayout(workspaceId)
    const { error } = await trpc('query', 'approvals.list', {
      cookie: founder.cookie,
      input: { workspaceId: id, cursor: foreign.approvalId },
    })
    expect(error).toMatchObject({ code: 'invalid_cursor' })
  })

  test('says what waits for another person only', async () => {
    const { founder, id } = await newTeam()
    await pool().query('update workspace_policies set two_approvers_from = 1 where workspace_id = $1', [id])
    const { approvalId } = await createPendingPayout(id)
    await approveAs(founder, approvalId)
    expect((await read(founder, { workspaceId: id })).items).toMatchObject([
      { approvalId, hasMyApproval: true, approvals: 1, requiredApprovals: 2 },
    ])
    const count = await trpc('query', 'approvals.count', {
      cookie: founder.cookie,
      input: { workspaceId: id },
    })
    expect(count.data).toEqual({ count: 1, forMe: 0 })
    expect((await read(founder, { workspaceId: id, isForMe: true })).items).toEqual([])
  })
})

test('hostile text comes through as the text that it is, also out of a note', async () => {
  const text = `<img src=x onerror=alert(1)>"'; drop table payouts; --\u202e\u0007 $(id) {{7*7}}`
  const payout = await createPendingPayout(workspaceId, {
    description: text,
    metadata: { [text]: [text, { __proto__: 1 }] },
  })
  const shown = await readToApprove(owner, payout.approvalId)
  expect(shown.payout.description).toBe(text)
  expect(shown.payout.metadata).toEqual({ [text]: [text, {}] })
  const note = text.replaceAll('\u202e', '\n').replaceAll('\u0007', '')
  await denyAs(owner, payout.approvalId, note)
  expect((await readToApprove(owner, payout.approvalId)).approval.note).toBe(note)
})

test.each([
  [{}],
  [{ approvalId: '' }],
  [{ approvalId: 7 }],
  [{ approvalId: "x' or '1'='1" }],
  [{ approvalId: 'a'.repeat(65) }],
  [{ approvalId: 'a\u0000b' }],
  [{ approvalId: 'fine', note: 'x'.repeat(501) }],
  [{ approvalId: 'fine', note: 7 }],
  [{ approvalId: 'fine', note: 'a\u0000b' }],
  [{ approvalId: 'fine', note: 'a\ud800b' }],
  [{ approvalId: 'fine', note: 'left\u202eright' }],
  [{ approvalId: 'fine', extra: true }],
])('the denial %j is refused with the documented code', async (input) => {
  const { error } = await trpc('mutation', 'payouts.deny', { cookie: owner.cookie, input })
  expect(error).toMatchObject({ code: 'invalid_request', httpStatus: 400 })
})
