import { beforeEach, describe, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { budgetOf } from '@/test/harness/budgets'
import { createTestAgent, createTestMandate, type TestAgent } from '@/test/harness/factories'
import { newDraft, newSignedMandate, payoutState, sendSignature, signatureOf } from '@/test/harness/mandates'
import { createPayoutRow } from '@/test/harness/payout-rows'
import { newPerson, newWorkspace, type TestPerson, trpc } from '@/test/harness/people'

const SUPPLIER = `0x${'ab'.repeat(20)}`
let owner: TestPerson
let workspaceId: string
let agent: TestAgent
beforeEach(async () => {
  owner = await newPerson()
  workspaceId = (await newWorkspace(owner)).id
  agent = await createTestAgent({ workspaceId })
})

const act = async (path: string, input: object) => {
  const answer = await trpc('mutation', path, { cookie: owner.cookie, input })
  expect(answer.error).toBeNull()
  return answer.data
}
const revoke = (mandateId: string) => act('mandates.revoke', { mandateId })
const begin = (id: string | null) =>
  pool().query(`select payout_move($1, '{authorized}', 'signing', null, 'worker')`, [id])

describe('what a mandate pays', () => {
  test('its budget, and never more: the sum of what was created at once stays within the limit', async () => {
    const mandateId = await newSignedMandate(agent, owner, { limitAmount: '10' })
    const created = await Promise.all(
      Array.from({ length: 8 }, () => createPayoutRow(agent, { mandateId, amount: 3n })),
    )
    const outcomes = created.map(({ outcome }) => outcome).sort()
    expect(outcomes).toEqual([
      'created',
      'created',
      'created',
      ...Array.from({ length: 5 }, () => 'mandate_insufficient_budget'),
    ])
    expect(await budgetOf(mandateId)).toEqual({ spent: 0n, pending: 9n })
    const over = pool().query('update mandates set pending_spent_amount = 11 where id = $1', [mandateId])
    await expect(over).rejects.toMatchObject({ code: '23514' })
  })

  test('only its recipients, within its cap and its rolling period', async () => {
    const mandateId = await newSignedMandate(agent, owner, {
      recipientAllowlist: [SUPPLIER],
      maxAmountPerTx: '5',
      period: { seconds: 3600, limit: '8' },
    })
    const pay = (amount: bigint, to = SUPPLIER) => createPayoutRow(agent, { mandateId, amount, to })
    expect(await pay(5n, `0x${'1'.repeat(40)}`)).toMatchObject({ outcome: 'mandate_recipient_not_allowed' })
    expect(await pay(6n)).toMatchObject({ outcome: 'mandate_amount_over_cap' })
    expect(await pay(5n)).toMatchObject({ outcome: 'created' })
    expect(await pay(4n)).toMatchObject({ outcome: 'mandate_period_exceeded' })
    const last = await pay(3n)
    expect(last.outcome).toBe('created')
    await pool().query(`update payouts set created_at = now() - interval '61 min' where mandate_id = $1`, [
      mandateId,
    ])
    expect(await pay(5n)).toMatchObject({ outcome: 'created' })
  })

  test('as it was tightened when it was signed', async () => {
    const mandateId = await newDraft(agent, { limitAmount: '100' })
    const terms = { limitAmount: '5', recipientAllowlist: [SUPPLIER] }
    const signature = await signatureOf(owner, mandateId, terms)
    expect(await createPayoutRow(agent, { mandateId, amount: 1n, to: SUPPLIER })).toMatchObject({
      outcome: 'mandate_not_signed',
    })
    expect((await sendSignature(owner, { mandateId, signature, terms })).error).toBeNull()
    expect(await createPayoutRow(agent, { mandateId, amount: 6n, to: SUPPLIER })).toMatchObject({
      outcome: 'mandate_insufficient_budget',
    })
    expect(await createPayoutRow(agent, { mandateId, amount: 5n, to: SUPPLIER })).toMatchObject({
      outcome: 'created',
    })
  })

  test('nothing when it names hosts, is off, revoked or past its end', async () => {
    const hosts = await newSignedMandate(agent, owner, { hostAllowlist: ['example.com'] })
    expect(await createPayoutRow(agent, { mandateId: hosts })).toMatchObject({
      outcome: 'mandate_recipient_not_allowed',
    })
    const mandateId = await newSignedMandate(agent, owner)
    await act('mandates.setEnabled', { mandateId, isEnabled: false })
    expect(await createPayoutRow(agent, { mandateId })).toMatchObject({ outcome: 'mandate_disabled' })
    await act('mandates.setEnabled', { mandateId, isEnabled: true })
    expect(await createPayoutRow(agent, { mandateId })).toMatchObject({ outcome: 'created' })
    await revoke(mandateId)
    expect(await createPayoutRow(agent, { mandateId })).toMatchObject({
      outcome: 'mandate_disabled',
      details: { mandateStatus: 'revoked' },
    })
    const ended = await newSignedMandate(agent, owner)
    await pool().query(
      `update mandates set valid_from = now() - interval '2 d', valid_until = now() where id = $1`,
      [ended],
    )
    expect(await createPayoutRow(agent, { mandateId: ended })).toMatchObject({ outcome: 'mandate_expired' })
  })
})

describe('turning off and revoking', () => {
  test.each([
    ['mandate_disabled', (mandateId: string) => act('mandates.setEnabled', { mandateId, isEnabled: false })],
    ['mandate_revoked', revoke],
  ])('fail with %s what nobody has begun to sign, and give its budget back', async (reason, stop) => {
    const mandateId = await newSignedMandate(agent, owner, { limitAmount: '100' })
    const other = await newSignedMandate(agent, owner)
    const stopped = await createPayoutRow(agent, { mandateId, amount: 10n })
    const begun = await createPayoutRow(agent, { mandateId, amount: 20n })
    const foreign = await createPayoutRow(agent, { mandateId: other })
    await begin(begun.id)
    await stop(mandateId)
    expect(await payoutState(stopped.id)).toEqual({ status: 'failed', failureReason: reason })
    expect(await payoutState(begun.id)).toEqual({ status: 'signing', failureReason: null })
    expect(await payoutState(foreign.id)).toEqual({ status: 'authorized', failureReason: null })
    expect(await budgetOf(mandateId)).toEqual({ spent: 0n, pending: 20n })
    const { rows } = await pool().query<{ type: string }>(
      'select type from webhook_events where payout_row_id = $1 order by created_at, id',
      [stopped.id],
    )
    expect(rows.map(({ type }) => type).sort()).toEqual(['payout.authorized', 'payout.failed'])
  })

  test('leave what waits for a person', async () => {
    const mandateId = await newSignedMandate(agent, owner)
    const waiting = await createPayoutRow(agent)
    await pool().query('update payouts set mandate_id = $2 where id = $1', [waiting.id, mandateId])
    await revoke(mandateId)
    expect(await payoutState(waiting.id)).toEqual({ status: 'pending_authorization', failureReason: null })
  })

  test('a time-out keeps its budget through a revocation, and its end gives it back or spends it', async () => {
    const mandateId = await newSignedMandate(agent, owner, { limitAmount: '100' })
    const { id } = await createPayoutRow(agent, { mandateId, amount: 10n })
    const move = (from: string, to: string, reason: string | null, changes = '{}') =>
      pool().query(
        `select payout_move($1, array[$2]::payout_status[], $3::payout_status, $4, 'worker', $5::jsonb)`,
        [id, from, to, reason, changes],
      )
    await move('authorized', 'signing', null)
    await move('signing', 'signed', null, '{"nonce":"0x1","validBefore":"1","signature":"0x"}')
    await move('signed', 'broadcasting', null)
    await move('broadcasting', 'succeeded', null)
    await move('succeeded', 'failed', 'tx_confirmation_timeout')
    await revoke(mandateId)
    expect(await budgetOf(mandateId)).toEqual({ spent: 0n, pending: 10n })
    await move('failed', 'confirmed', null)
    expect(await budgetOf(mandateId)).toEqual({ spent: 10n, pending: 0n })
  })

  test('after a revocation has committed nothing of it is authorized, however many are created meanwhile', async () => {
    for (let round = 0; round < 4; round += 1) {
      const mandateId = await newSignedMandate(agent, owner, { limitAmount: '1000' })
      const creating = Array.from({ length: 6 }, () => createPayoutRow(agent, { mandateId, amount: 1n }))
      const [created] = await Promise.all([Promise.all(creating), revoke(mandateId)])
      for (const { outcome, id } of created) {
        if (outcome === 'created') {
          expect(await payoutState(id)).toEqual({ status: 'failed', failureReason: 'mandate_revoked' })
        } else expect(outcome).toBe('mandate_disabled')
      }
      expect(await budgetOf(mandateId)).toEqual({ spent: 0n, pending: 0n })
    }
  })
})

describe('revoking an agent', () => {
  test('revokes its mandates and fails what nobody has begun to sign, in the same transaction', async () => {
    const mandateId = await newSignedMandate(agent, owner, { limitAmount: '100' })
    const draft = await newDraft(agent)
    const colleague = await createTestAgent({ workspaceId })
    const kept = await createTestMandate(colleague)
    const authorized = await createPayoutRow(agent, { mandateId, amount: 10n })
    const begun = await createPayoutRow(agent, { mandateId, amount: 20n })
    const waiting = await createPayoutRow(agent)
    const foreign = await createPayoutRow(colleague, { mandateId: kept })
    await begin(begun.id)
    await act('agents.revoke', { workspaceId, agentId: agent.agentId })
    for (const { id } of [authorized, waiting]) {
      expect(await payoutState(id)).toEqual({ status: 'failed', failureReason: 'cancelled:agent_revoked' })
    }
    expect(await payoutState(begun.id)).toEqual({ status: 'signing', failureReason: null })
    expect(await payoutState(foreign.id)).toEqual({ status: 'authorized', failureReason: null })
    expect(await budgetOf(mandateId)).toEqual({ spent: 0n, pending: 20n })
    const { rows } = await pool().query(
      'select id, status, revoked_by from mandates where id = any($1) order by id',
      [[mandateId, draft, kept]],
    )
    const by = owner.account.address.toLowerCase()
    expect(Object.fromEntries(rows.map(({ id, status, revoked_by }) => [id, [status, revoked_by]]))).toEqual({
      [mandateId]: ['revoked', by],
      [draft]: ['revoked', by],
      [kept]: ['signed', null],
    })
  })

  test('against mandated payouts created meanwhile: none is authorized afterwards', async () => {
    for (let round = 0; round < 4; round += 1) {
      const revoked = await createTestAgent({ workspaceId })
      const mandateId = await createTestMandate(revoked)
      const creating = Array.from({ length: 6 }, () => createPayoutRow(revoked, { mandateId, amount: 1n }))
      await Promise.all([
        Promise.all(creating),
        act('agents.revoke', { workspaceId, agentId: revoked.agentId }),
      ])
      const { rowCount } = await pool().query(
        `select 1 from payouts where agent_id = $1 and status <> 'failed'`,
        [revoked.agentId],
      )
      expect(rowCount).toBe(0)
      expect(await budgetOf(mandateId)).toEqual({ spent: 0n, pending: 0n })
    }
  })

  test('a draft that is asked for meanwhile does not outlive the agent', async () => {
    const leaving = await createTestAgent({ workspaceId })
    await Promise.all([
      ...Array.from({ length: 5 }, () => newDraft(leaving).catch(() => null)),
      act('agents.revoke', { workspaceId, agentId: leaving.agentId }),
    ])
    const { rowCount } = await pool().query(
      `select 1 from mandates where agent_id = $1 and status <> 'revoked'`,
      [leaving.agentId],
    )
    expect(rowCount).toBe(0)
  })
})
