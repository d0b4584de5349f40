import { beforeAll, describe, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { budgetOf } from '@/test/harness/budgets'
import {
  createTestAgent,
  createTestMandate,
  createTestWorkspace,
  type TestAgent,
} from '@/test/harness/factories'
import {
  askPayout,
  countStored,
  createPayoutOf,
  movePayout,
  payoutBody,
  RECIPIENT,
} from '@/test/harness/payouts'
import { expectProblem, rest } from '@/test/harness/people'

const USDC = 1_000_000n

let agent: TestAgent
beforeAll(async () => {
  agent = await createTestAgent({ workspaceId: (await createTestWorkspace()).id })
})

describe('payoutId', () => {
  test.each([
    ['toAddress', `0x${'9'.repeat(40)}`],
    ['toAddress, one that is refused', `0x${'0'.repeat(40)}`],
    ['amount', '1000001'],
    ['mandateId, none', null],
    ['mandateId, one that never was', 'm_never'],
    ['bizId', 'other'],
    ['bizId, none', null],
    ['network', 'base-sepolia'],
    ['currency', 'EURC'],
    ['assetAddress', RECIPIENT],
    ['description', 'Other'],
    ['description, none', null],
    ['metadata', { order: 2 }],
    ['metadata, none', null],
    ['metadata, empty', {}],
    ['webhookUrl', 'https://93.184.216.34/other'],
    ['webhookUrl, one that is refused', 'https://10.0.0.1/'],
    ['ttlSeconds', 3_601],
    ['ttlSeconds, the default', null],
  ])('used again with another %s is 409 and changes nothing', async (what, value) => {
    const body = payoutBody({
      mandateId: await createTestMandate(agent),
      bizId: `biz ${what}`.replaceAll(/[^a-z]/g, '_'),
      description: 'One',
      metadata: { order: 1 },
      webhookUrl: 'https://93.184.216.34/hook',
      ttlSeconds: 3_600,
    })
    expect((await askPayout(agent, body)).status).toBe(201)
    const before = await countStored()
    const drifted = { ...body, [what.split(',')[0] ?? '']: value }
    await expectProblem(await askPayout(agent, drifted), 409, 'payout_id_conflict')
    expect((await askPayout(agent, body)).status).toBe(200)
    expect(await countStored()).toEqual(before)
  })

  test('of another agent of the workspace is 409 with equal parameters too, in another workspace it is another payout', async () => {
    const body = payoutBody()
    expect((await askPayout(agent, body)).status).toBe(201)
    const sibling = await createTestAgent({ workspaceId: agent.workspaceId })
    await expectProblem(await askPayout(sibling, body), 409, 'payout_id_conflict')
    const stranger = await createTestAgent({ workspaceId: (await createTestWorkspace()).id })
    expect((await askPayout(stranger, body)).status).toBe(201)
  })

  test.each([
    "status = 'revoked'",
    'is_enabled = false',
    "valid_from = now() - interval '2 s', valid_until = now() - interval '1 s'",
    'limit_amount = 1000000',
    "currency = 'EURC'",
  ])('repeated after its mandate has %s, it answers the payout as it is', async (change) => {
    const mandateId = await createTestMandate(agent, { limitAmount: 2n * USDC })
    const body = payoutBody({ mandateId })
    const first = await (await askPayout(agent, body)).json()
    await pool().query(`update mandates set ${change} where id = $1`, [mandateId])
    const repeat = await askPayout(agent, body)
    expect(repeat.status).toBe(200)
    expect(await repeat.json()).toEqual(first)
    await movePayout(String(body.payoutId), ['signing'], ['signed'], ['broadcasting'])
    expect(await (await askPayout(agent, body)).json()).toEqual({
      ...(first as object),
      status: 'broadcasting',
      txHash: '0x03',
    })
  })
})

const FAILED_FOR_GOOD = [
  ['user_denied', []],
  ['expired', []],
  ['cancelled', []],
  ['mandate_revoked', []],
  ['killed', []],
  ['insufficient_funds', []],
  ['signing_failed', ['signing']],
  ['signing_failed:kms', ['signing']],
  ['authorization_expired', ['signing', 'signed']],
  ['tx_reverted', ['signing', 'signed', 'broadcasting', 'succeeded']],
] as const

describe('bizId', () => {
  test('is held in every status up to confirmed, and the 409 names its payout', async () => {
    const mandateId = await createTestMandate(agent)
    for (const steps of [
      [],
      ['signing'],
      ['signing', 'signed'],
      ['signing', 'signed', 'broadcasting'],
      ['signing', 'signed', 'broadcasting', 'succeeded'],
      ['signing', 'signed', 'broadcasting', 'succeeded', 'confirmed'],
    ]) {
      const bizId = `held_${steps.length}`
      const { payoutId } = await createPayoutOf(agent, { bizId, mandateId })
      await movePayout(payoutId, ...steps.map((to): [string] => [to]))
      const before = await countStored()
      const problem = await expectProblem(await askPayout(agent, payoutBody({ bizId })), 409, 'biz_id_taken')
      expect(problem.payoutId).toBe(payoutId)
      expect(await countStored()).toEqual(before)
    }
    const { payoutId } = await createPayoutOf(agent, { bizId: 'held_pending' })
    const problem = await expectProblem(
      await askPayout(agent, payoutBody({ bizId: 'held_pending' })),
      409,
      'biz_id_taken',
    )
    expect(problem.payoutId).toBe(payoutId)
  })

  test.each(FAILED_FOR_GOOD)('is free after %s', async (reason, steps) => {
    const mandateId = await createTestMandate(agent)
    const bizId = `free_${reason}`
    const { payoutId } = await createPayoutOf(agent, { bizId, mandateId })
    await movePayout(payoutId, ...steps.map((to): [string] => [to]), ['failed', reason])
    await createPayoutOf(agent, { bizId, mandateId })
    expect(await budgetOf(mandateId)).toEqual({ spent: 0n, pending: USDC })
  })

  test('is held by a time-out until the chain has proved that nothing was paid', async () => {
    const mandateId = await createTestMandate(agent)
    const { payoutId } = await createPayoutOf(agent, { bizId: 'late', mandateId })
    await movePayout(
      payoutId,
      ['signing'],
      ['signed'],
      ['broadcasting'],
      ['succeeded'],
      ['failed', 'tx_confirmation_timeout'],
    )
    await expectProblem(await askPayout(agent, payoutBody({ bizId: 'late' })), 409, 'biz_id_taken')
    await movePayout(payoutId, ['failed', 'authorization_expired'])
    await createPayoutOf(agent, { bizId: 'late' })
  })

  test('of another agent of the workspace is taken, of another workspace not', async () => {
    await createPayoutOf(agent, { bizId: 'shared' })
    const sibling = await createTestAgent({ workspaceId: agent.workspaceId })
    await expectProblem(await askPayout(sibling, payoutBody({ bizId: 'shared' })), 409, 'biz_id_taken')
    const stranger = await createTestAgent({ workspaceId: (await createTestWorkspace()).id })
    await createPayoutOf(stranger, { bizId: 'shared' })
  })

  test('many payouts without one live side by side', async () => {
    for (let time = 0; time < 3; time += 1) await createPayoutOf(agent, { bizId: null })
  })
})

describe('onMandateRefusal "ask"', () => {
  test.each([
    ['budget', { limitAmount: USDC - 1n }, 'mandate_insufficient_budget'],
    ['cap', { maxAmountPerTx: USDC - 1n }, 'mandate_amount_over_cap'],
    ['recipient', { recipientAllowlist: [`0x${'9'.repeat(40)}`] }, 'mandate_recipient_not_allowed'],
    ['period', { periodSeconds: 60, periodLimit: USDC - 1n }, 'mandate_period_exceeded'],
    ['missing signature', { isDraft: true }, 'mandate_not_signed'],
  ] as const)(
    'asks a person where the %s refuses, reserves nothing and keeps why',
    async (_, parts, code) => {
      const mandateId = await createTestMandate(agent, parts)
      const answer = await createPayoutOf(agent, { mandateId, onMandateRefusal: 'ask' })
      expect(answer).toMatchObject({
        status: 'pending_authorization',
        mandateId,
        approvalUrl: expect.any(String),
      })
      expect(await budgetOf(mandateId)).toEqual({ spent: 0n, pending: 0n })
      const { rows } = await pool().query<{ refusal: { code: string }; uses_budget: boolean }>(
        'select a.refusal, p.uses_budget from approvals a join payouts p on p.id = a.payout_row_id where p.payout_id = $1',
        [answer.payoutId],
      )
      expect(rows).toMatchObject([{ refusal: { code }, uses_budget: false }])
    },
  )

  test('pays at once where the mandate allows it, and the month still refuses', async () => {
    const payer = await createTestAgent({ workspaceId: (await createTestWorkspace()).id })
    await pool().query('update agents set monthly_limit = 1500000 where id = $1', [payer.agentId])
    const mandateId = await createTestMandate(payer, { limitAmount: USDC })
    const over = { mandateId, onMandateRefusal: 'ask' }
    expect(await createPayoutOf(payer, over)).toMatchObject({ status: 'authorized' })
    const before = await countStored()
    await expectProblem(await askPayout(payer, payoutBody(over)), 403, 'agent_monthly_limit_exceeded')
    expect(await countStored()).toEqual(before)
    expect((await rest('GET', '/api/payouts', { headers: payer.headers })).status).toBe(200)
  })
})
