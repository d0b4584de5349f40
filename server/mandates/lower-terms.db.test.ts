import { beforeEach, describe, expect, test } from 'vitest'
import type { MandateDetailsView } from '@/domain/mandate'
import { pool } from '@/server/core/db'
import type { TestAgent } from '@/test/harness/factories'
import { A, B, C, newMandateTeam, snapshotOf, WIDE } from '@/test/harness/mandate-team'
import { newDraft, sendSignature, signAs, signatureOf, toSign } from '@/test/harness/mandates'
import type { TestPerson } from '@/test/harness/people'

let owner: TestPerson
let agent: TestAgent
beforeEach(async () => {
  ;({ owner, agent } = await newMandateTeam())
})

describe('lowering before signing', () => {
  test('every field may be tightened, and what is stored is what was signed', async () => {
    const mandateId = await newDraft(agent, WIDE)
    const terms = {
      limitAmount: '900',
      validForSeconds: 7200,
      maxAmountPerTx: '90',
      recipientAllowlist: [B],
      period: { seconds: 7200, limit: '400' },
    }
    const { data, error } = await signAs(owner, mandateId, terms)
    expect(error).toBeNull()
    expect(data).toMatchObject({
      status: 'signed',
      limitAmount: '900',
      maxAmountPerTx: '90',
      recipientAllowlist: [B],
      period: { seconds: 7200, limit: '400' },
    })
    const { validFrom, validUntil } = data as MandateDetailsView
    expect(Date.parse(validUntil) - Date.parse(validFrom)).toBe(7_200_000)
  })

  test('a field that was open may be closed', async () => {
    const mandateId = await newDraft(agent)
    const terms = { maxAmountPerTx: '5', recipientAllowlist: [C], period: { seconds: 60, limit: '7' } }
    expect((await signAs(owner, mandateId, terms)).data).toMatchObject({
      maxAmountPerTx: '5',
      recipientAllowlist: [C],
      period: { seconds: 60, limit: '7' },
    })
  })

  test.each([
    ['limitAmount', { limitAmount: '1001' }],
    ['validForSeconds', { validForSeconds: 86_401 }],
    ['maxAmountPerTx', { maxAmountPerTx: '101' }],
    ['recipientAllowlist', { recipientAllowlist: [] }],
    ['recipientAllowlist', { recipientAllowlist: [A, C] }],
    ['period.seconds', { period: { seconds: 3599, limit: '500' } }],
    ['period.limit', { period: { seconds: 3600, limit: '501' } }],
    ['limitAmount', { limitAmount: '0' }],
    ['maxAmountPerTx', { maxAmountPerTx: null }],
    ['period', { period: null }],
  ])('a looser %s is invalid_request that names it', async (path, terms) => {
    const mandateId = await newDraft(agent, WIDE)
    const signature = await signatureOf(owner, mandateId)
    const before = await snapshotOf(mandateId)
    for (const { error } of [
      await toSign(owner, mandateId, terms),
      await sendSignature(owner, { mandateId, signature, terms }),
    ]) {
      expect(error).toMatchObject({ code: 'invalid_request', httpStatus: 400 })
      expect(error?.errors?.map((wrong) => wrong.path)).toContain(`terms.${path}`)
    }
    expect(await snapshotOf(mandateId)).toEqual(before)
  })

  test('all looser fields are named at once', async () => {
    const mandateId = await newDraft(agent, WIDE)
    const { error } = await toSign(owner, mandateId, { limitAmount: '2000', maxAmountPerTx: '200' })
    expect(error?.errors?.map(({ path }) => path)).toEqual(['terms.limitAmount', 'terms.maxAmountPerTx'])
  })

  test('an end that has passed already is refused', async () => {
    const mandateId = await newDraft(agent)
    await pool().query(
      `update mandates set valid_from = valid_from - interval '1 h', valid_until = valid_until - interval '1 h' where id = $1`,
      [mandateId],
    )
    const { error } = await toSign(owner, mandateId, { validForSeconds: 60 })
    expect(error?.errors?.map(({ path }) => path)).toEqual(['terms.validForSeconds'])
  })

  test('the table itself refuses a mandate that grows wider', async () => {
    const mandateId = await newDraft(agent, WIDE)
    for (const change of [
      'limit_amount = 1001',
      'max_amount_per_tx = null',
      `recipient_allowlist = '{}'`,
      `recipient_allowlist = array['${C?.toLowerCase()}']`,
      'period_seconds = null, period_limit = null',
      'period_limit = 501',
      `valid_until = valid_until + interval '1 s'`,
    ]) {
      const widen = pool().query(`update mandates set ${change} where id = $1`, [mandateId])
      await expect(widen, change).rejects.toMatchObject({ code: '23514' })
    }
  })
})
