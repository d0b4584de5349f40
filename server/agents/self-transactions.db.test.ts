import { beforeEach, expect, test } from 'vitest'
import { agentStatusView } from '@/domain/agent-status'
import { chargeAgent } from '@/server/balance'
import { chargeOf, createFundedAgent, type FundedAgent } from '@/test/harness/balance'
import { createTestAgent } from '@/test/harness/factories'
import { createPayoutOf, movePayout } from '@/test/harness/payouts'
import { rest } from '@/test/harness/people'

let agent: FundedAgent
beforeEach(async () => {
  agent = await createFundedAgent(1_000n)
})

async function recent(search = '') {
  const response = await rest('GET', `/api/agent/self/status${search}`, { headers: agent.headers })
  expect(response.status).toBe(200)
  return agentStatusView.parse(await response.json()).recentTransactions
}

test('the self status shows what the agent paid and asked to pay, charges and payouts together, newest first', async () => {
  await chargeAgent(chargeOf(agent, { reference: 'first' }))
  const { payoutId: waiting } = await createPayoutOf(agent, { description: 'Rent' })
  await chargeAgent(chargeOf(agent, { reference: 'third' }))
  const { payoutId: failed } = await createPayoutOf(agent, { amount: '2500000' })
  await movePayout(failed, ['failed', 'user_denied'])
  const { items, hasMore } = await recent()
  expect(items.map(({ reference }) => reference)).toEqual([failed, 'third', waiting, 'first'])
  expect(hasMore).toBe(false)
  expect(items[2]).toEqual({
    id: expect.any(String),
    type: 'payout',
    status: 'pending_authorization',
    amount: '1000000',
    amountFormatted: '1',
    currency: 'USDC',
    reference: waiting,
    description: 'Rent',
    failureReason: null,
    toAddress: '0x1234567890AbcdEF1234567890aBcdef12345678',
    txHash: null,
    createdAt: expect.any(String),
  })
  expect(items[0]).toMatchObject({ status: 'failed', failureReason: 'user_denied', amountFormatted: '2.5' })
})

test('txLimit counts both kinds together', async () => {
  for (let turn = 0; turn < 2; turn += 1) {
    await chargeAgent(chargeOf(agent))
    await createPayoutOf(agent)
  }
  const { items, hasMore, limit } = await recent('?txLimit=3')
  expect({ types: items.map(({ type }) => type), hasMore, limit }).toEqual({
    types: ['payout', 'charge', 'payout'],
    hasMore: true,
    limit: 3,
  })
  expect(await recent('?txLimit=4')).toMatchObject({ hasMore: false })
})

test('what a colleague asks for is not in it', async () => {
  const colleague = await createTestAgent({ workspaceId: agent.workspaceId })
  await createPayoutOf(colleague)
  expect((await recent()).items).toEqual([])
})
