import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { registerRelayers } from '@/server/relayer'
import { balanceOf, createFundedAgent, type FundedAgent } from '@/test/harness/balance'
import { openChain } from '@/test/harness/chain'
import { encodePayment, makePayer, signPayment } from '@/test/harness/x402'
import { askPayment, PRICE, payAndSettle, RESOURCE } from '@/test/harness/x402-payments'
import { settlePayment } from './settle-payment'

const chain = openChain()
let agent: FundedAgent

beforeAll(async () => {
  await registerRelayers()
  agent = await createFundedAgent(0n)
})

describe('a payment for one call', () => {
  const charge = (over: object = {}) => ({
    agent,
    earnerWorkspaceId: agent.workspaceId,
    reference: 'search',
    idempotencyKey: `call ${randomUUID()}`,
    requestHash: Buffer.alloc(32, 7),
    ...over,
  })
  type Charge = ReturnType<typeof charge>
  const payFor = async (payment: unknown, paid: Charge) => {
    const expected = { amount: PRICE, resourceUrl: RESOURCE, purpose: 'charge' as const, charge: paid }
    const outcome = await payAndSettle(payment, expected)
    if (outcome.status !== 'settled') throw new Error('not settled')
    return outcome
  }

  test('settles exactly the price, earns the workspace, leaves the balance, and may be served once', async () => {
    const payer = await makePayer(chain)
    const before = await balanceOf(agent.agentId)
    const payment = await signPayment(payer, { required: await askPayment(), scheme: 'exact' })
    const paid = charge()
    const first = await payFor(payment, paid)
    expect(first).toMatchObject({ agentId: agent.agentId, amount: PRICE, isFirst: true, balance: before })
    const again = await Promise.all([payFor(payment, paid), payFor(payment, paid)])
    expect(again.map(({ isFirst, chargeId }) => [isFirst, chargeId])).toEqual([
      [false, first.chargeId],
      [false, first.chargeId],
    ])
    const { rows } = await pool().query(
      `select c.source, c.amount, a.kind from charges c join ledger_transfers t on t.cause = 'x402:' || $2
       join ledger_accounts a on a.id = t.credit_account where c.id = $1`,
      [first.chargeId, first.paymentId],
    )
    expect(rows).toEqual([{ source: 'x402', amount: PRICE, kind: 'revenue' }])
    expect(await balanceOf(agent.agentId)).toBe(before)
  })

  test('answers its outcome again after the price has changed', async () => {
    const payer = await makePayer(chain)
    const payment = await signPayment(payer, { required: await askPayment(), scheme: 'exact' })
    const paid = charge()
    const { chargeId } = await payFor(payment, paid)
    const expected = {
      amount: PRICE + 1n,
      resourceUrl: RESOURCE,
      purpose: 'charge' as const,
      charge: paid,
    }
    expect(await settlePayment({ header: encodePayment(payment), expected })).toMatchObject({
      chargeId,
      amount: PRICE,
      isFirst: false,
    })
  })

  test('does not pay for another call', async () => {
    const payer = await makePayer(chain)
    const payment = await signPayment(payer, { required: await askPayment(), scheme: 'exact' })
    await payFor(payment, charge())
    const expected = { amount: PRICE, resourceUrl: RESOURCE, purpose: 'charge' as const, charge: charge() }
    await expect(settlePayment({ header: encodePayment(payment), expected })).rejects.toMatchObject({
      code: 'payment_mismatch',
    })
  })

  test('whose key was charged meanwhile goes to the agent’s balance instead', async () => {
    const [one, two] = [await makePayer(chain), await makePayer(chain)]
    const required = await askPayment()
    const paid = charge()
    const before = await balanceOf(agent.agentId)
    await payFor(await signPayment(one, { required, scheme: 'exact' }), paid)
    const second = await payFor(await signPayment(two, { required, scheme: 'upto' }), paid)
    expect(second).toMatchObject({ chargeId: null, isFirst: false })
    expect(await balanceOf(agent.agentId)).toBe(before + PRICE)
  })

  test('beyond the agent’s monthly limit is refused before anything is paid', async () => {
    const payer = await makePayer(chain)
    const limited = await createFundedAgent(0n)
    await pool().query('update agents set monthly_limit = 4999999 where id = $1', [limited.agentId])
    const payment = await signPayment(payer, { required: await askPayment(), scheme: 'exact' })
    const expected = {
      amount: PRICE,
      resourceUrl: RESOURCE,
      purpose: 'charge' as const,
      charge: charge({ agent: limited }),
    }
    await expect(settlePayment({ header: encodePayment(payment), expected })).rejects.toMatchObject({
      code: 'agent_monthly_limit_exceeded',
    })
  })
})
