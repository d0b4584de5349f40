import { beforeEach, describe, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import {
  createTestAgent,
  createTestMandate,
  createTestWorkspace,
  type TestAgent,
} from '@/test/harness/factories'
import { askPayout, createPayoutOf, payoutBody } from '@/test/harness/payouts'
import { expectProblem, rest } from '@/test/harness/people'

const SUPPLIER = `0x${'ab'.repeat(20)}`

let agent: TestAgent
let mandateId: string
beforeEach(async () => {
  agent = await createTestAgent({ workspaceId: (await createTestWorkspace()).id })
  mandateId = await createTestMandate(agent, { limitAmount: 2n ** 70n })
})

async function eligible(over: { amount?: string; toAddress?: string } = {}): Promise<string[]> {
  const query = new URLSearchParams({ amount: '1000000', toAddress: SUPPLIER, ...over })
  const response = await rest('GET', `/api/mandates/eligible?${query}`, { headers: agent.headers })
  expect(response.status).toBe(200)
  const answer = (await response.json()) as { mandates: { mandateId: string }[] }
  const ids = answer.mandates.map((mandate) => mandate.mandateId)
  expect(answer).toMatchObject({ status: 'ok', hasMore: false, nextCursor: null })
  return ids
}

/** Nothing is eligible, and the payout itself is refused. */
async function expectNone(
  over: { amount?: string; toAddress?: string },
  [status, code]: readonly [number, Parameters<typeof expectProblem>[2]],
) {
  expect(await eligible(over)).toEqual([])
  const body = payoutBody({ mandateId, toAddress: SUPPLIER, ...over })
  await expectProblem(await askPayout(agent, body), status, code)
}

describe('eligible is what would be paid now', () => {
  test('up to what is left of the month of the agent', async () => {
    await pool().query('update agents set monthly_limit = 3000000 where id = $1', [agent.agentId])
    await createPayoutOf(agent, { mandateId, amount: '2000000' })
    expect(await eligible({ amount: '1000000' })).toEqual([mandateId])
    await expectNone({ amount: '1000001' }, [403, 'agent_monthly_limit_exceeded'])
  })

  test.each([
    [
      'nothing after the end of the agent',
      "update agents set expires_at = now() - interval '1 s' where workspace_id = $1",
      [403, 'agent_expired'],
    ],
    [
      'nothing while payouts are stopped',
      "update workspace_policies set killed_at = now(), killed_by = '0x01' where workspace_id = $1",
      [409, 'payouts_killed'],
    ],
    [
      'nothing before there is a wallet that pays',
      'update managed_wallets set workspace_id = null where workspace_id = $1',
      [503, 'dependency_unavailable'],
    ],
  ] as const)('%s', async (_, sql, refusal) => {
    expect(await eligible()).toEqual([mandateId])
    await pool().query(sql, [agent.workspaceId])
    await expectNone({}, refusal)
  })

  test('within the amounts that a payout may have', async () => {
    expect(await eligible({ amount: '1' })).toEqual([mandateId])
    expect(await eligible({ amount: (2n ** 53n).toString() })).toEqual([mandateId])
    await expectNone({ amount: (2n ** 53n + 1n).toString() }, [400, 'invalid_request'])
  })

  test.each([
    ['zero', `0x${'0'.repeat(40)}`],
    ['token', '0x00000000000000000000000000000000000005dc'],
    ['settlement', '0x0000000000000000000000000000000000005e77'],
    ['Permit2', '0x000000000022D473030F116dDEE9F6B43aC78BA3'],
  ])('never to the %s address', async (_, toAddress) => {
    await expectNone({ toAddress }, [400, 'recipient_refused'])
  })

  test('never to the wallet that would pay', async () => {
    const { rows } = await pool().query<{ address: string }>(
      'select address from managed_wallets where workspace_id = $1',
      [agent.workspaceId],
    )
    await expectNone({ toAddress: rows[0]?.address ?? '' }, [400, 'recipient_refused'])
  })
})
