import { beforeEach, describe, expect, test } from 'vitest'
import type { MandateDetailsView } from '@/domain/mandate'
import { pool } from '@/server/core/db'
import type { TestAgent } from '@/test/harness/factories'
import { eventsOf, getAs, newMandateTeam, WIDE } from '@/test/harness/mandate-team'
import { newDraft, sendSignature, signAs, signatureOf, toSign } from '@/test/harness/mandates'
import type { TestPerson } from '@/test/harness/people'

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
