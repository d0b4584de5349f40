import { hashTypedData } from 'viem'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { expireMandates } from '@/server/mandates'
import type { TestAgent } from '@/test/harness/factories'
import { A, B, eventsOf, getAs, newMandateTeam, revoke, snapshotOf, WIDE } from '@/test/harness/mandate-team'
import { newDraft, sendSignature, signAs, signatureOf, type ToSign, toSign } from '@/test/harness/mandates'
import { newPerson, newWorkspace, type TestPerson, trpc } from '@/test/harness/people'

let owner: TestPerson
let approver: TestPerson
let viewer: TestPerson
let agent: TestAgent
let outsider: TestPerson
beforeAll(async () => {
  outsider = await newPerson()
  await newWorkspace(outsider)
})
beforeEach(async () => {
  ;({ owner, approver, viewer, agent } = await newMandateTeam())
})

describe('signing', () => {
  test('keeps the evidence, the hash of what was signed, an audit row and one event', async () => {
    const mandateId = await newDraft(agent, WIDE)
    const { data } = await toSign(owner, mandateId)
    const { typedData, warnings, requiredSignatures } = data as ToSign
    expect(warnings).toEqual([])
    expect(requiredSignatures).toBe(1)
    expect(typedData.message).toMatchObject({
      mandateId,
      agentId: agent.agentId,
      signer: owner.account.address,
      limitAmount: '1000',
      maxAmountPerTx: '100',
      recipientAllowlist: [A, B],
      periodSeconds: '3600',
      periodLimit: '500',
    })
    const signed = await signAs(owner, mandateId)
    expect(signed.error).toBeNull()
    expect(signed.data).toMatchObject({
      status: 'signed',
      signUrl: null,
      mandateHash: hashTypedData(typedData as never),
      signers: [{ address: owner.account.address }],
      remainingAmount: '1000',
    })
    const { rows } = await pool().query(
      `select typed_data as "typedData", kind, signer from signed_evidence where reference = $1`,
      [mandateId],
    )
    expect(rows).toEqual([{ typedData, kind: 'mandate', signer: owner.account.address.toLowerCase() }])
    const events = await eventsOf(mandateId)
    expect(events.map(({ type }) => type)).toEqual(['mandate.signed'])
    expect(JSON.parse(events[0]?.body ?? '')).toMatchObject({
      type: 'mandate.signed',
      data: { mandate: { mandateId, status: 'signed', recipientAllowlist: [A, B] } },
    })
    expect((await getAs(owner, mandateId)).acts.map(({ action }) => action)).toEqual([
      'mandate.signed',
      'mandate.requested',
    ])
  })

  test('what is to be signed is the same at every look', async () => {
    const mandateId = await newDraft(agent)
    const first = (await toSign(owner, mandateId)).data as ToSign
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    expect(((await toSign(owner, mandateId)).data as ToSign).typedData).toEqual(first.typedData)
  })

  test('a viewer is refused, an outsider and an id that never existed are the same 404', async () => {
    const mandateId = await newDraft(agent)
    const signature = await signatureOf(owner, mandateId)
    const before = await snapshotOf(mandateId)
    expect((await toSign(viewer, mandateId)).error).toMatchObject({ code: 'not_authorized' })
    expect((await sendSignature(viewer, { mandateId, signature })).error).toMatchObject({ httpStatus: 403 })
    expect(await getAs(viewer, mandateId)).toMatchObject({ mayApprove: false })
    const absent = { mandateId: `m_${'0'.repeat(32)}` }
    for (const [type, path, extra] of [
      ['query', 'mandates.get', {}],
      ['query', 'mandates.toSign', {}],
      ['mutation', 'mandates.sign', { signature }],
      ['mutation', 'mandates.setEnabled', { isEnabled: false }],
      ['mutation', 'mandates.revoke', {}],
    ] as const) {
      const { cookie } = outsider
      const foreign = await trpc(type, path, { cookie, input: { mandateId, ...extra } })
      const never = await trpc(type, path, { cookie, input: { ...absent, ...extra } })
      expect(foreign.error).toMatchObject({ code: 'mandate_not_found', httpStatus: 404 })
      expect({ ...foreign, error: { ...foreign.error, requestId: '' } }).toEqual({
        ...never,
        error: { ...never.error, requestId: '' },
      })
    }
    expect(await snapshotOf(mandateId)).toEqual(before)
  })

  test('an approver whose rights have not begun signs nothing, by the statement itself too', async () => {
    const mandateId = await newDraft(agent)
    await pool().query(
      `update workspace_members set rights_from = now() + interval '1 h' where address = $1`,
      [approver.account.address.toLowerCase()],
    )
    expect((await toSign(approver, mandateId)).error).toMatchObject({ code: 'not_authorized' })
    const { rows } = await pool().query(
      `select mandate_sign($1, $2, 0, 1, null, '{}', '{}', null, null, now() + interval '1 h', '\\x00', '{}', '0x', null) as outcome`,
      [mandateId, approver.account.address.toLowerCase()],
    )
    expect(rows).toEqual([{ outcome: 'not_authorized' }])
    await pool().query('update workspace_members set rights_from = now() where address = $1', [
      approver.account.address.toLowerCase(),
    ])
  })

  test('an expired link is INVALID_STATE with its state, before and after the sweep', async () => {
    const mandateId = await newDraft(agent)
    const signature = await signatureOf(owner, mandateId)
    await pool().query(`update mandates set link_expires_at = now() - interval '1 s' where id = $1`, [
      mandateId,
    ])
    for (const _ of ['before', 'after']) {
      const { error } = await sendSignature(owner, { mandateId, signature })
      expect(error).toMatchObject({ code: 'INVALID_STATE', details: { state: 'expired' } })
      await expireMandates()
    }
    const { rows } = await pool().query('select status from mandates where id = $1', [mandateId])
    expect(rows).toEqual([{ status: 'expired' }])
  })

  test('a mandate that is signed or revoked is signed no more', async () => {
    const mandateId = await newDraft(agent)
    const signature = await signatureOf(owner, mandateId)
    expect((await sendSignature(owner, { mandateId, signature })).error).toBeNull()
    const again = await sendSignature(owner, { mandateId, signature })
    expect(again.error).toMatchObject({ code: 'INVALID_STATE', details: { state: 'signed' } })
    await revoke(owner, mandateId)
    const late = await sendSignature(owner, { mandateId, signature })
    expect(late.error).toMatchObject({ code: 'INVALID_STATE', details: { state: 'revoked' } })
  })
})
