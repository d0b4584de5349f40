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
  cancelPayoutOf,
  countStored,
  createPayoutOf,
  movePayout,
  payoutBody,
  RECIPIENT,
  readPayout,
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

describe('creating', () => {
  test('without a mandate a person is asked at an unguessable page for seven days', async () => {
    const body = payoutBody()
    const response = await askPayout(agent, body)
    expect(response.status).toBe(201)
    const answer = (await response.json()) as Record<string, unknown>
    expect(answer).toEqual({
      payoutId: body.payoutId,
      status: 'pending_authorization',
      txHash: null,
      approvalUrl: expect.stringMatching(/^http:\/\/localhost:3000\/authorize-payout\/[0-9A-Za-z]{22}$/),
      expiresAt: expect.any(Number),
      mandateId: null,
      bizId: null,
    })
    expect(Math.abs(Number(answer.expiresAt) - (Date.now() / 1000 + 604_800))).toBeLessThan(60)
    expect(Object.keys(answer)).toEqual([
      'payoutId',
      'status',
      'txHash',
      'approvalUrl',
      'expiresAt',
      'mandateId',
      'bizId',
    ])
    const { rows } = await pool().query(
      `select a.status, a.is_by_mandate, a.required_approvals, p.approval_url = 'http://localhost:3000/authorize-payout/' || a.id as named
         from approvals a join payouts p on p.id = a.payout_row_id where p.payout_id = $1`,
      [body.payoutId],
    )
    expect(rows).toEqual([{ status: 'pending', is_by_mandate: false, required_approvals: 1, named: true }])
  })

  test('a mandate with budget authorizes at once and reserves; an identical repeat is 200 and the same', async () => {
    const mandateId = await createTestMandate(agent, { limitAmount: 5n * USDC })
    const body = payoutBody({ mandateId, bizId: 'order_20260416_001', description: 'Refund for order #001' })
    const first = await askPayout(agent, body)
    expect(first.status).toBe(201)
    const answer = (await first.json()) as Record<string, unknown>
    expect(answer).toMatchObject({
      status: 'authorized',
      approvalUrl: null,
      txHash: null,
      mandateId,
      bizId: 'order_20260416_001',
    })
    expect(await budgetOf(mandateId)).toEqual({ spent: 0n, pending: USDC })
    const before = await countStored()
    const repeat = await askPayout(agent, body)
    expect(repeat.status).toBe(200)
    expect(await repeat.json()).toEqual(answer)
    expect(await countStored()).toEqual(before)
    const { rows } = await pool().query(
      `select a.status, a.is_by_mandate, a.decided_by from approvals a join payouts p on p.id = a.payout_row_id where p.payout_id = $1`,
      [body.payoutId],
    )
    expect(rows).toEqual([{ status: 'approved', is_by_mandate: true, decided_by: mandateId }])
  })

  test('the approval, the first transition, the event and the audit row come with the payout', async () => {
    const { payoutId } = await createPayoutOf(agent)
    const { rows } = await pool().query<Record<string, unknown>>(
      `select (select jsonb_agg(t.to_status) from payout_transitions t where t.payout_row_id = p.id) as timeline,
              (select jsonb_agg(e.type) from webhook_events e where e.payout_row_id = p.id) as events,
              (select jsonb_agg(l.action) from audit_log l where l.target = p.payout_id) as audit
         from payouts p where p.payout_id = $1`,
      [payoutId],
    )
    expect(rows).toEqual([
      {
        timeline: ['pending_authorization'],
        events: ['payout.pending_authorization'],
        audit: ['payout.created'],
      },
    ])
  })

  test('null stands for every optional field, agentId is ignored, and a CAIP-2 id for the network', async () => {
    const payoutId = 'po_nulls'
    const nulls = Object.fromEntries(
      [
        'mandateId',
        'bizId',
        'network',
        'currency',
        'assetAddress',
        'description',
        'metadata',
        'webhookUrl',
        'ttlSeconds',
        'onMandateRefusal',
      ].map((name) => [name, null]),
    )
    await createPayoutOf(agent, { payoutId, ...nulls, agentId: 'agt_of_somebody' })
    const repeats = [
      {},
      { network: 'eip155:31337' },
      {
        network: 'local',
        currency: 'USDC',
        ttlSeconds: 604_800,
        assetAddress: `0x${'5dc'.padStart(40, '0')}`,
      },
      { toAddress: '0x1234567890AbcdEF1234567890aBcdef12345678' },
      { toAddress: `0x${RECIPIENT.slice(2).toUpperCase()}` },
      { onMandateRefusal: 'ask' },
    ]
    for (const over of repeats) {
      expect((await askPayout(agent, payoutBody({ payoutId, ...over }))).status).toBe(200)
    }
  })

  test('the smallest and the largest request are created', async () => {
    await createPayoutOf(agent, {
      payoutId: 'a',
      amount: '1',
      bizId: 'b',
      ttlSeconds: 60,
      description: '',
      metadata: {},
    })
    const { payoutId } = await createPayoutOf(agent, {
      payoutId: `${'A.z_0:-'.repeat(18)}AB`,
      amount: (2n ** 53n).toString(),
      bizId: 'b'.repeat(128),
      ttlSeconds: 604_800,
      description: 'd'.repeat(500),
      metadata: { filler: 'x'.repeat(4096 - '{"filler":""}'.length) },
    })
    // A bizId stands in no path.
    await createPayoutOf(agent, { payoutId: '...', bizId: '..' })
    expect(await readPayout(agent, '...')).toMatchObject({ bizId: '..' })
    expect(payoutId).toHaveLength(128)
    expect(await readPayout(agent, payoutId)).toMatchObject({ amount: '9007199254740992' })
  })

  test('ids are compared to the letter', async () => {
    await createPayoutOf(agent, { payoutId: 'Case', bizId: 'Biz' })
    await createPayoutOf(agent, { payoutId: 'case', bizId: 'biz' })
  })
})

describe('reading', () => {
  test('any agent of the workspace reads the payout, as the database writes it into events', async () => {
    const mandateId = await createTestMandate(agent)
    const metadata = { z: [1, { b: null, a: 'ü' }], a: 1e21, '': false }
    const { payoutId } = await createPayoutOf(agent, {
      mandateId,
      bizId: 'read_1',
      description: 'Two\nlines',
      metadata,
    })
    const sibling = await createTestAgent({ workspaceId: agent.workspaceId })
    const view = await readPayout(sibling, payoutId)
    const { rows } = await pool().query<{ document: unknown; event: string; expires: number }>(
      `select payout_json(p) as document, e.body as event, floor(extract(epoch from p.created_at))::int + 604800 as expires
         from payouts p join webhook_events e on e.payout_row_id = p.id where p.payout_id = $1`,
      [payoutId],
    )
    expect(rows[0]?.document).toEqual(view)
    expect(JSON.parse(rows[0]?.event ?? '')).toMatchObject({
      type: 'payout.authorized',
      data: { stateVersion: 1, payout: view },
    })
    expect(view).toMatchObject({
      status: 'authorized',
      toAddress: '0x1234567890AbcdEF1234567890aBcdef12345678',
      amount: '1000000',
      currency: 'USDC',
      network: 'local',
      agentId: agent.agentId,
      agentName: 'Test agent',
      failureReason: null,
      executedAt: null,
      confirmations: 0,
      confirmedAt: null,
      isFinal: false,
      metadata,
      expiresAt: rows[0]?.expires,
    })
  })

  test('each status is read as it is, and a time-out is not final', async () => {
    const mandateId = await createTestMandate(agent)
    const { payoutId } = await createPayoutOf(agent, { mandateId })
    const read = async () => {
      const { status, txHash, isFinal, failureReason } = await readPayout(agent, payoutId)
      return [status, txHash, isFinal, failureReason]
    }
    await movePayout(payoutId, ['signing'], ['signed'])
    expect(await read()).toEqual(['signed', null, false, null])
    await movePayout(payoutId, ['broadcasting'], ['succeeded'])
    expect(await read()).toEqual(['succeeded', '0x03', false, null])
    await movePayout(payoutId, ['failed', 'tx_confirmation_timeout'])
    expect(await read()).toEqual(['failed', '0x03', false, 'tx_confirmation_timeout'])
    await movePayout(payoutId, ['confirmed'])
    expect(await read()).toEqual(['confirmed', '0x03', true, null])
    expect((await readPayout(agent, payoutId)).confirmedAt).toEqual(expect.any(Number))
  })

  test('what another workspace has is the same 404 as what never existed', async () => {
    const { payoutId } = await createPayoutOf(agent)
    const stranger = await newAgent()
    const answers = await Promise.all(
      [payoutId, 'po_never', '%00', 'ü', 'a'.repeat(129), '%E0%A4%A'].map(async (id) =>
        expectProblem(
          await rest('GET', `/api/payouts/${id}`, { headers: stranger.headers }),
          404,
          'not_found',
        ),
      ),
    )
    expect(new Set(answers.map((problem) => JSON.stringify({ ...problem, requestId: '' }))).size).toBe(1)
    await expectProblem(await cancelPayoutOf(stranger, payoutId), 404, 'not_found')
    expect((await readPayout(agent, payoutId)).status).toBe('pending_authorization')
  })

  test("a person's sweep is no payout: neither read nor listed nor cancelled, and its id is taken", async () => {
    const own = await newAgent()
    await pool().query(
      `insert into payouts (kind, workspace_id, payout_id, request_hash, status, chain_id, network, currency, asset_address, from_address,
         to_address, asset_checksum, to_checksum, amount, expires_at, created_by)
       values ('sweep', $1, 'sweep_1', '\\x00', 'authorized', 31337, 'local', 'USDC', '0x1', '0x2', '0x3', '0x1', '0x3', 1, now() + interval '1 day', '0x4')`,
      [own.workspaceId],
    )
    await expectProblem(await rest('GET', '/api/payouts/sweep_1', { headers: own.headers }), 404, 'not_found')
    await expectProblem(await cancelPayoutOf(own, 'sweep_1'), 404, 'not_found')
    const list = await rest('GET', '/api/payouts', { headers: own.headers })
    expect(await list.json()).toEqual({ data: [], hasMore: false, nextCursor: null })
    await expectRefusal(own, { payoutId: 'sweep_1' }, [409, 'payout_id_conflict'])
  })
})
