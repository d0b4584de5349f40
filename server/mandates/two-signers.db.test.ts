import { beforeEach, describe, expect, test } from 'vitest'
import { checksummed } from '@/domain/address'
import type { MandateDetailsView } from '@/domain/mandate'
import { pool } from '@/server/core/db'
import type { TestAgent } from '@/test/harness/factories'
import { eventsOf, getAs, newMandateTeam, WIDE } from '@/test/harness/mandate-team'
import { newDraft, sendSignature, signAs, signatureOf, type ToSign, toSign } from '@/test/harness/mandates'
import { createPayoutRow } from '@/test/harness/payout-rows'
import { addMember, newPerson, type TestPerson, trpc } from '@/test/harness/people'

let owner: TestPerson
let approver: TestPerson
let workspaceId: string
let agent: TestAgent
beforeEach(async () => {
  ;({ owner, approver, workspaceId, agent } = await newMandateTeam())
})

const needTwoFrom = (amount: bigint | null) =>
  pool().query(
    `insert into workspace_policies (workspace_id, two_approvers_from) values ($1, $2)
     on conflict (workspace_id) do update set two_approvers_from = excluded.two_approvers_from`,
    [workspaceId, amount],
  )
describe('two approvers', () => {
  test('at or above the threshold it waits for another person, a week, and no one counts twice', async () => {
    await needTwoFrom(1000n)
    const mandateId = await newDraft(agent, WIDE)
    expect((await toSign(owner, mandateId)).data).toMatchObject({
      requiredSignatures: 2,
      warnings: ['second_signature_needed'],
    })
    const first = await signAs(owner, mandateId)
    expect(first.data).toMatchObject({
      status: 'pending_signature',
      signatureCount: 1,
      requiredSignatures: 2,
      mandateHash: null,
      signedAt: null,
    })
    const lives = Date.parse((first.data as MandateDetailsView).linkExpiresAt) - Date.now()
    expect(lives).toBeGreaterThan(6.9 * 86_400_000)
    const twice = await sendSignature(owner, { mandateId, signature: await signatureOf(owner, mandateId) })
    expect(twice.error).toMatchObject({ code: 'signature_invalid' })
    expect((await getAs(owner, mandateId)).signatureCount).toBe(1)
    expect(await eventsOf(mandateId)).toEqual([])
    expect((await signAs(approver, mandateId)).data).toMatchObject({ status: 'signed', signatureCount: 2 })
    expect((await eventsOf(mandateId)).map(({ type }) => type)).toEqual(['mandate.signed'])
  })

  test('the limit as lowered decides', async () => {
    await needTwoFrom(1000n)
    const mandateId = await newDraft(agent, WIDE)
    expect((await signAs(owner, mandateId, { limitAmount: '999' })).data).toMatchObject({ status: 'signed' })
  })

  test('the first signature fixes the terms for the second', async () => {
    await needTwoFrom(500n)
    const mandateId = await newDraft(agent, WIDE)
    await signAs(owner, mandateId, { limitAmount: '900' })
    const lower = await toSign(approver, mandateId, { limitAmount: '800' })
    expect(lower.error?.errors?.map(({ path }) => path)).toEqual(['terms'])
    expect((await signAs(approver, mandateId, { limitAmount: '900' })).data).toMatchObject({
      status: 'signed',
      limitAmount: '900',
    })
  })

  test('two who sign the same terms at once both count', async () => {
    await needTwoFrom(1n)
    const alike = await newDraft(agent, WIDE)
    const signatures = [await signatureOf(owner, alike), await signatureOf(approver, alike)] as const
    const both = await Promise.all([
      sendSignature(owner, { mandateId: alike, signature: signatures[0] }),
      sendSignature(approver, { mandateId: alike, signature: signatures[1] }),
    ])
    expect(both.map(({ error }) => error)).toEqual([null, null])
    expect(await getAs(owner, alike)).toMatchObject({ status: 'signed', signatureCount: 2 })
    expect((await eventsOf(alike)).map(({ type }) => type)).toEqual(['mandate.signed'])
  })

  test('the same signature sent twice at once counts once', async () => {
    await needTwoFrom(1n)
    const mandateId = await newDraft(agent, WIDE)
    const signature = await signatureOf(owner, mandateId)
    const outcomes = await Promise.all([1, 2, 3].map(() => sendSignature(owner, { mandateId, signature })))
    expect(outcomes.filter(({ error }) => error === null)).toHaveLength(1)
    expect(await getAs(owner, mandateId)).toMatchObject({ status: 'pending_signature', signatureCount: 1 })
  })
})

const addressOf = ({ account }: TestPerson) => account.address.toLowerCase()
const demote = (person: TestPerson) =>
  pool().query(`update workspace_members set role = 'VIEWER' where workspace_id = $1 and address = $2`, [
    workspaceId,
    addressOf(person),
  ])
const remove = (person: TestPerson) =>
  pool().query('delete from workspace_members where workspace_id = $1 and address = $2', [
    workspaceId,
    addressOf(person),
  ])
const newApprover = async () => {
  const person = await newPerson()
  await addMember(workspaceId, person, 'ADMIN')
  return person
}
const tighten = (amount: string) =>
  trpc('mutation', 'policies.update', {
    cookie: owner.cookie,
    input: { workspaceId, twoApproversFrom: amount },
  })

describe('a signer who may not approve any more', () => {
  test.each([
    ['demoted', demote],
    ['removed', remove],
  ])('%s counts for nothing: the others sign the same terms', async (_, dismiss) => {
    await needTwoFrom(500n)
    const third = await newApprover()
    const mandateId = await newDraft(agent, WIDE)
    await signAs(approver, mandateId, { limitAmount: '900' })
    await dismiss(approver)
    expect(await getAs(owner, mandateId)).toMatchObject({
      signatureCount: 0,
      requiredSignatures: 2,
      areTermsFixed: true,
      signers: [{ address: approver.account.address, isCounted: false }],
    })
    expect((await toSign(owner, mandateId)).data).toMatchObject({
      signatureCount: 0,
      requiredSignatures: 2,
      warnings: ['second_signature_needed'],
    })
    const lower = await toSign(owner, mandateId, { limitAmount: '400' })
    expect(lower.error?.errors?.map(({ path }) => path)).toEqual(['terms'])
    expect((await signAs(owner, mandateId)).data).toMatchObject({
      status: 'pending_signature',
      signatureCount: 1,
      limitAmount: '900',
    })
    expect(await eventsOf(mandateId)).toEqual([])
    expect((await signAs(third, mandateId)).data).toMatchObject({ status: 'signed', limitAmount: '900' })
  })

  test('whose mandate a tighter policy sent back leaves two to be found', async () => {
    const third = await newApprover()
    const mandateId = await newDraft(agent, WIDE)
    expect((await signAs(approver, mandateId)).data).toMatchObject({ status: 'signed' })
    await remove(approver)
    expect((await tighten('1000')).data).toMatchObject({ mandatesSentBack: 1 })
    expect((await signAs(owner, mandateId)).data).toMatchObject({
      status: 'pending_signature',
      signatureCount: 1,
    })
    expect((await signAs(third, mandateId)).data).toMatchObject({ status: 'signed' })
  })

  test('is not one of two whom a tighter policy finds', async () => {
    await needTwoFrom(1000n)
    const mandateId = await newDraft(agent, WIDE)
    await signAs(approver, mandateId)
    expect((await signAs(owner, mandateId)).data).toMatchObject({ status: 'signed' })
    await demote(approver)
    expect((await tighten('999')).data).toMatchObject({ mandatesSentBack: 1 })
    expect(await getAs(owner, mandateId)).toMatchObject({ status: 'pending_signature', signatureCount: 1 })
  })

  test('counts again with the right, and who has signed may complete it then', async () => {
    await needTwoFrom(1n)
    const mandateId = await newDraft(agent, WIDE)
    await signAs(approver, mandateId)
    await demote(approver)
    await signAs(owner, mandateId)
    expect((await signAs(owner, mandateId)).error).toMatchObject({ code: 'signature_invalid' })
    await pool().query(
      `update workspace_members set role = 'APPROVER' where workspace_id = $1 and address = $2`,
      [workspaceId, addressOf(approver)],
    )
    expect((await signAs(owner, mandateId)).data).toMatchObject({ status: 'signed', signatureCount: 2 })
    const { rows } = await pool().query(
      'select count(*)::int as n from signed_evidence where reference = $1',
      [mandateId],
    )
    expect(rows).toEqual([{ n: 2 }])
    expect((await eventsOf(mandateId)).map(({ type }) => type)).toEqual(['mandate.signed'])
  })
})

describe('before anybody has signed', () => {
  test('it says what the policy asks for now, and for terms as lowered', async () => {
    const mandateId = await newDraft(agent, WIDE)
    expect(await getAs(owner, mandateId)).toMatchObject({ requiredSignatures: 1, signers: [] })
    await needTwoFrom(1000n)
    expect(await getAs(owner, mandateId)).toMatchObject({
      requiredSignatures: 2,
      signatureCount: 0,
      areTermsFixed: false,
      signers: [],
    })
    expect((await toSign(owner, mandateId)).data).toMatchObject({
      requiredSignatures: 2,
      warnings: ['second_signature_needed'],
    })
    expect((await toSign(owner, mandateId, { limitAmount: '999' })).data).toMatchObject({
      requiredSignatures: 1,
      warnings: [],
    })
  })

  test('it says what is known of each recipient that it names', async () => {
    const [A, B, twin] = [`0x${'1'.repeat(40)}`, `0x${'2'.repeat(40)}`, `0x${'2'.repeat(38)}33`] as const
    await pool().query(
      `insert into address_book_entries (workspace_id, address, name, created_by) values ($1, $2, 'Supplier', $2), ($1, $3, 'Twin', $2)`,
      [workspaceId, A, twin],
    )
    const mandateId = await newDraft(agent, WIDE)
    const [named, unnamed] = [
      { address: A, name: 'Supplier', isFirstTime: true, lookalikes: [] },
      {
        address: B,
        name: null,
        isFirstTime: true,
        lookalikes: [{ address: checksummed(twin), name: 'Twin', knownAs: 'named' }],
      },
    ]
    expect((await getAs(owner, mandateId)).recipients).toEqual([named, unnamed])
    expect((await toSign(owner, mandateId)).data).toMatchObject({ recipients: [named, unnamed] })
    const fewer = await toSign(owner, mandateId, { recipientAllowlist: [B] })
    expect((fewer.data as ToSign).recipients).toEqual([unnamed])
    await signAs(owner, mandateId)
    await createPayoutRow(agent, { mandateId, to: A, amount: 10n })
    await createPayoutRow(agent, { mandateId, to: B, amount: 10n })
    expect((await getAs(owner, mandateId)).payouts).toMatchObject([
      { toAddress: B, recipientName: null },
      { toAddress: A, recipientName: 'Supplier' },
    ])
    const anybody = await newDraft(agent)
    expect((await getAs(owner, anybody)).recipients).toEqual([])
  })
})
