import { beforeAll, describe, expect, test } from 'vitest'
import { hashAgentToken } from '@/server/agents/agent-token'
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
  cancelPayoutOf,
  countStored,
  createPayoutOf,
  payoutBody,
  RECIPIENT,
} from '@/test/harness/payouts'
import { expectProblem, rest } from '@/test/harness/people'

const USDC = 1_000_000n

let agent: TestAgent
beforeAll(async () => {
  agent = await createTestAgent({ workspaceId: (await createTestWorkspace()).id })
})

const newAgent = async () => createTestAgent({ workspaceId: (await createTestWorkspace()).id })

/** Refused with this, and nothing is stored. */
async function expectRefusal(
  by: Pick<TestAgent, 'headers'>,
  over: Record<string, unknown>,
  [status, code]: readonly [number, Parameters<typeof expectProblem>[2]],
) {
  const before = await countStored()
  const problem = await expectProblem(await askPayout(by, payoutBody(over)), status, code)
  expect(await countStored()).toEqual(before)
  return problem
}

describe('the error table', () => {
  test.each([
    ['is not signed yet', "status = 'pending_signature'", 400, 'mandate_not_signed'],
    ['is turned off', 'is_enabled = false', 400, 'mandate_disabled'],
    ['is revoked', "status = 'revoked'", 400, 'mandate_disabled'],
    ['is marked expired', "status = 'expired'", 400, 'mandate_expired'],
    [
      'is over',
      "valid_from = now() - interval '2 s', valid_until = now() - interval '1 s'",
      400,
      'mandate_expired',
    ],
    ['is not active yet', "valid_from = now() + interval '1 hour'", 400, 'mandate_expired'],
    ['is in another currency', "currency = 'EURC'", 400, 'mandate_currency_mismatch'],
    [
      'names other recipients',
      `recipient_allowlist = array['0x${'9'.repeat(40)}']`,
      400,
      'mandate_recipient_not_allowed',
    ],
    [
      'was signed for hosts',
      "host_allowlist = array['api.example.com']",
      400,
      'mandate_recipient_not_allowed',
    ],
    ['caps each payout lower', 'max_amount_per_tx = 999999', 400, 'mandate_amount_over_cap'],
    [
      'has a period that is too small',
      'period_seconds = 60, period_limit = 999999',
      400,
      'mandate_period_exceeded',
    ],
    [
      'has too little left',
      'limit_amount = 1999999, pending_spent_amount = 1000000',
      400,
      'mandate_insufficient_budget',
    ],
  ] as const)('a mandate that %s is refused and nothing is stored', async (_, change, status, code) => {
    const mandateId = await createTestMandate(agent, { limitAmount: 10n * USDC })
    await pool().query(`update mandates set ${change} where id = $1`, [mandateId])
    const before = await budgetOf(mandateId)
    const problem = await expectRefusal(agent, { mandateId }, [status, code])
    expect(problem).toMatchSnapshot({
      requestId: expect.any(String),
      ...('validFrom' in problem ? { validFrom: expect.any(String), validUntil: expect.any(String) } : {}),
    })
    expect(await budgetOf(mandateId)).toEqual(before)
  })

  test('the remaining budget is a top-level string of atomic units', async () => {
    const mandateId = await createTestMandate(agent, { limitAmount: 3n * USDC })
    await createPayoutOf(agent, { mandateId, amount: '2500000' })
    const problem = await expectRefusal(agent, { mandateId }, [400, 'mandate_insufficient_budget'])
    expect(problem).toMatchObject({ remaining: '500000', required: '1000000' })
    await createPayoutOf(agent, { mandateId, amount: '500000' })
    expect(await budgetOf(mandateId)).toEqual({ spent: 0n, pending: 3n * USDC })
  })

  test('the mandate of another agent or workspace is mandate_mismatch, one that never was mandate_not_found', async () => {
    const sibling = await createTestAgent({ workspaceId: agent.workspaceId })
    const stranger = await newAgent()
    for (const other of [sibling, stranger]) {
      const mandateId = await createTestMandate(other)
      await expectRefusal(agent, { mandateId }, [403, 'mandate_mismatch'])
      await expectRefusal(agent, { mandateId, onMandateRefusal: 'ask' }, [403, 'mandate_mismatch'])
      expect(await budgetOf(mandateId)).toEqual({ spent: 0n, pending: 0n })
    }
    await expectRefusal(agent, { mandateId: 'm_xxxxxxxxxxxx' }, [404, 'mandate_not_found'])
  })

  test('with a mandate another currency is its mismatch, without one it is an unsupported asset', async () => {
    const mandateId = await createTestMandate(agent)
    await expectRefusal(agent, { mandateId, currency: 'EURC' }, [400, 'mandate_currency_mismatch'])
    await expectRefusal(agent, { currency: 'EURC' }, [400, 'unsupported_asset'])
    await pool().query("update mandates set currency = 'EURC' where id = $1", [mandateId])
    await expectRefusal(agent, { mandateId, currency: 'EURC' }, [400, 'unsupported_asset'])
  })

  test('another network is unsupported_network, another asset unsupported_asset', async () => {
    for (const network of ['base', 'base-sepolia', 'eip155:8453', 'eip155:84532']) {
      await expectRefusal(agent, { network }, [400, 'unsupported_network'])
    }
    await expectRefusal(agent, { assetAddress: RECIPIENT }, [400, 'unsupported_asset'])
  })

  test.each([
    ['zero', `0x${'0'.repeat(40)}`],
    ['token', '0x00000000000000000000000000000000000005dc'],
    ['settlement', '0x0000000000000000000000000000000000005e77'],
    ['Permit2', '0x000000000022D473030F116dDEE9F6B43aC78BA3'],
    ['Multicall3', '0xcA11bde05977b3631167028862bE2a173976CA11'],
    ['x402 exact', '0x402085c248EeA27D92E8b30b2C58ed07f9E20001'],
    ['x402 upto', '0x4020A4f3b7b90ccA423B9fabCc0CE57C6C240002'],
  ])('the %s address is refused as a recipient', async (_, toAddress) => {
    await expectRefusal(agent, { toAddress }, [400, 'recipient_refused'])
    await expectRefusal(agent, { toAddress: toAddress.toLowerCase() }, [400, 'recipient_refused'])
  })

  test('the paying wallet is refused as a recipient, the wallet of another workspace is not', async () => {
    const walletOf = async ({ workspaceId }: TestAgent) => {
      const { rows } = await pool().query<{ address: string }>(
        'select address from managed_wallets where workspace_id = $1',
        [workspaceId],
      )
      return rows[0]?.address
    }
    await expectRefusal(agent, { toAddress: await walletOf(agent) }, [400, 'recipient_refused'])
    await createPayoutOf(agent, { toAddress: await walletOf(await newAgent()) })
  })

  test.each([
    'http://192.168.0.1/hook',
    'https://10.0.0.1/hook',
    'https://169.254.169.254/latest',
    'https://user:secret@93.184.216.34/',
    'ftp://93.184.216.34/',
    'https://93.184.216.34:22/',
    'not a url'.replaceAll(' ', '-'),
    'javascript:alert(1)',
  ])('the webhook %s is target_refused', async (webhookUrl) => {
    await expectRefusal(agent, { webhookUrl }, [400, 'target_refused'])
  })

  test('a webhook on a public address is kept', async () => {
    const { payoutId } = await createPayoutOf(agent, { webhookUrl: 'https://93.184.216.34/hook?a=1' })
    const { rows } = await pool().query('select webhook_url from payouts where payout_id = $1', [payoutId])
    expect(rows).toEqual([{ webhook_url: 'https://93.184.216.34/hook?a=1' }])
  })

  test('a workspace whose payouts a person has stopped answers payouts_killed, and a repeat still its payout', async () => {
    const stopped = await newAgent()
    const body = payoutBody()
    expect((await askPayout(stopped, body)).status).toBe(201)
    await pool().query(
      `update workspace_policies set killed_at = now(), killed_by = '0x01' where workspace_id = $1`,
      [stopped.workspaceId],
    )
    await expectRefusal(stopped, {}, [409, 'payouts_killed'])
    expect((await askPayout(stopped, body)).status).toBe(200)
  })

  test('a workspace without a paying wallet answers 503 and when to come again', async () => {
    const poor = await newAgent()
    await pool().query('update managed_wallets set workspace_id = null where workspace_id = $1', [
      poor.workspaceId,
    ])
    const response = await askPayout(poor)
    expect(response.headers.get('retry-after')).toBe('5')
    await expectProblem(response, 503, 'dependency_unavailable')
  })

  test('an amount from the threshold up waits for two approvers', async () => {
    const careful = await newAgent()
    await pool().query('update workspace_policies set two_approvers_from = 1000000 where workspace_id = $1', [
      careful.workspaceId,
    ])
    const required = async (amount: string) => {
      const { payoutId } = await createPayoutOf(careful, { amount })
      const { rows } = await pool().query<{ required_approvals: number }>(
        'select required_approvals from approvals a join payouts p on p.id = a.payout_row_id where p.payout_id = $1',
        [payoutId],
      )
      return rows[0]?.required_approvals
    }
    expect([await required('999999'), await required('1000000')]).toEqual([1, 2])
  })
})

describe('who asks', () => {
  test('without a live token nobody is answered', async () => {
    const body = payoutBody()
    const before = await countStored()
    for (const headers of [{ authorization: '' }, { authorization: 'Bearer bsr_x' }]) {
      await expectProblem(await askPayout({ headers }, body), 401, 'unauthenticated')
      await expectProblem(await rest('GET', '/api/payouts', { headers }), 401, 'unauthenticated')
      await expectProblem(await rest('GET', '/api/payouts/po_x', { headers }), 401, 'unauthenticated')
      await expectProblem(await cancelPayoutOf({ headers }, 'po_x'), 401, 'unauthenticated')
    }
    expect(await countStored()).toEqual(before)
  })

  test.each([
    ['a revoked agent', 'update agents set revoked_at = now() where id = $1'],
    ['a deleted agent', 'update agents set deleted_at = now() where id = $1'],
    ['a revoked token', 'update agent_tokens set revoked_at = now() where agent_id = $1'],
    [
      'a deleted workspace',
      'update workspaces set deleted_at = now() where id = (select workspace_id from agents where id = $1)',
    ],
  ])('%s is unauthenticated at once, although it was known a moment ago', async (_, sql) => {
    const gone = await newAgent()
    const known = payoutBody({ webhookUrl: 'https://93.184.216.34/' })
    expect((await askPayout(gone, known)).status).toBe(201)
    await pool().query(sql, [gone.agentId])
    await expectRefusal(gone, {}, [401, 'unauthenticated'])
    await expectProblem(await askPayout(gone, known), 401, 'unauthenticated')
  })

  test('the JWT of a deleted agent is agent_not_found', async () => {
    const gone = await newAgent()
    const body = { agent_id: gone.agentId, token: gone.token }
    const { jwt } = (await (await rest('POST', '/api/agents/refresh', { body })).json()) as { jwt: string }
    await pool().query('update agents set deleted_at = now() where id = $1', [gone.agentId])
    const bearer = { headers: { authorization: `Bearer ${jwt}` } }
    await expectRefusal(bearer, {}, [404, 'agent_not_found'])
    await expectProblem(await rest('GET', '/api/payouts', bearer), 404, 'agent_not_found')
  })

  test('an agent without a workspace is told where a person links it', async () => {
    const loose = await newAgent()
    await pool().query('update agents set workspace_id = null, linked_at = null where id = $1', [
      loose.agentId,
    ])
    const answers = [
      await askPayout(loose),
      await rest('GET', '/api/payouts', { headers: loose.headers }),
      await rest('GET', '/api/payouts/po_x', { headers: loose.headers }),
      await cancelPayoutOf(loose, 'po_x'),
    ]
    for (const answer of answers) {
      const problem = await expectProblem(answer, 403, 'agent_not_linked')
      expect(problem.authorizationUrl).toBe(`http://localhost:3000/agents/link/${loose.agentId}`)
    }
  })

  test('an agent whose time is over is agent_expired, and a repeat still its payout', async () => {
    const late = await newAgent()
    const body = payoutBody()
    expect((await askPayout(late, body)).status).toBe(201)
    await pool().query("update agents set expires_at = now() - interval '1 second' where id = $1", [
      late.agentId,
    ])
    await expectRefusal(late, {}, [403, 'agent_expired'])
    expect((await askPayout(late, body)).status).toBe(200)
  })

  test('a second token of the agent may repeat what the first asked', async () => {
    const body = payoutBody()
    expect((await askPayout(agent, body)).status).toBe(201)
    const token = `bsr_${'t'.repeat(43)}`
    await pool().query('insert into agent_tokens (agent_id, token_hash, prefix) values ($1, $2, $3)', [
      agent.agentId,
      hashAgentToken(token),
      'bsr_t',
    ])
    expect((await askPayout({ headers: { authorization: `Bearer ${token}` } }, body)).status).toBe(200)
  })
})
