import { expect, test } from 'vitest'
import { creditAgent } from '@/test/harness/balance'
import { createTestAgent, createTestWorkspace } from '@/test/harness/factories'
import { expectProblem, rest } from '@/test/harness/people'

// No relayer is registered and no facilitator configured: nobody settles.
const { id: workspaceId } = await createTestWorkspace()
const agent = await createTestAgent({ workspaceId })

const charge = (amount: number) =>
  rest('POST', '/api/v1/balance/charge', {
    origin: null,
    headers: { ...agent.headers, 'idempotency-key': `charge of ${amount}` },
    body: { amount_usd: amount, reference: 'search' },
  })

test('a top-up that nobody can settle is 503 with Retry-After, not a 402 that offers nothing', async () => {
  const response = await rest('POST', '/api/v1/balance/topup/x402', { origin: null, body: {} })
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  await expectProblem(response, 503, 'dependency_unavailable')
})

test('below what x402 takes the 402 of a charge says so, and why', async () => {
  await creditAgent(agent.agentId, 1n)
  const small = await expectProblem(await charge(0.009999), 402, 'payment_required')
  expect(small).toMatchObject({
    accepts: [],
    detail: expect.stringMatching(/x402 pays from 0\.01 USDC.*gas/),
  })
  const large = await expectProblem(await charge(0.01), 402, 'payment_required')
  expect(large.detail).not.toContain('x402')
})
