import type { PaymentRequired } from '@x402/core/types'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { usdcAbi } from '@/domain/abi/usdc'
import { storedAddress } from '@/domain/address'
import { localRelayerAddress, localTreasuryAddress } from '@/domain/local-accounts'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { openChain } from '@/test/harness/chain'
import { createTestAgent, createTestWorkspace } from '@/test/harness/factories'
import {
  decodeHeader,
  encodePayment,
  makePayer,
  payingFetch,
  signPayment,
  startRestServer,
  startSettling,
  TOPUP_PATH,
} from '@/test/harness/x402'

const chain = openChain()
let server: Awaited<ReturnType<typeof startRestServer>>
let worker: Awaited<ReturnType<typeof startSettling>>

beforeAll(async () => {
  worker = await startSettling()
  server = await startRestServer()
}, 120_000)
afterAll(async () => {
  await server?.stop()
  await worker?.stop()
})

type Body = Record<string, unknown>

function post(body: unknown, headers: Record<string, string> = {}, by: typeof fetch = fetch) {
  return by(`${server.url}${TOPUP_PATH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

async function askFor(body: Body = {}): Promise<PaymentRequired> {
  const response = await post(body)
  expect(response.status).toBe(402)
  return decodeHeader<PaymentRequired>(response.headers.get('payment-required'))
}

const received = () =>
  chain.client.readContract({
    address: env().USDC_ADDRESS,
    abi: usdcAbi,
    functionName: 'balanceOf',
    args: [localTreasuryAddress],
  })

async function balanceOf(agentId: string): Promise<bigint> {
  const { rows } = await pool().query<{ balance: bigint }>(
    `select balance from ledger_accounts where kind = 'agent_balance' and owner = $1`,
    [agentId],
  )
  return rows[0]?.balance ?? 0n
}

async function makeAgent(wallets: string[] = []) {
  const workspace = await createTestWorkspace()
  return createTestAgent({ workspaceId: workspace.id, wallets })
}

describe('a top-up by x402', () => {
  test('without a payment answers 402 with both schemes, in the body and as PAYMENT-REQUIRED', async () => {
    const response = await post({ amount_usd: 2.5 })
    expect(response.status).toBe(402)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    const required = decodeHeader<PaymentRequired>(response.headers.get('payment-required'))
    const problem = (await response.json()) as Body
    expect(problem).toMatchObject({ code: 'payment_required', x402Version: 2, accepts: required.accepts })
    expect(required.resource.url).toBe(`http://localhost:3000${TOPUP_PATH}`)
    expect(required.accepts).toMatchObject([
      { scheme: 'exact', network: 'eip155:31337', amount: '2500000', payTo: localTreasuryAddress },
      { scheme: 'upto', amount: '2500000', extra: { facilitatorAddress: localRelayerAddress } },
    ])
    expect((await askFor()).accepts[0]?.amount).toBe('5000000')
  })

  test.each(['exact', 'upto'] as const)(
    'is paid by the official client with %s, credits the bearer’s agent and says so',
    async (scheme) => {
      const payer = await makePayer(chain)
      const agent = await makeAgent()
      const before = await received()
      const response = await post({ amount_usd: 3.25 }, agent.headers, payingFetch(payer, scheme))
      const answer = (await response.json()) as Body
      expect(response.status, JSON.stringify(answer)).toBe(200)
      expect(answer).toMatchObject({
        chain_id: 31_337,
        payer: payer.address,
        amount_usd: '3.25',
        amount_atomic: '3250000',
        virtual_balance_usd: '3.25',
        agent_id: agent.agentId,
      })
      expect(answer.bearer).toBeUndefined()
      expect(decodeHeader(response.headers.get('payment-response'))).toEqual({
        success: true,
        payer: storedAddress(payer.address),
        transaction: answer.tx_hash,
        network: 'eip155:31337',
        amount: '3250000',
      })
      expect(await received()).toBe(before + 3_250_000n)
      expect(await balanceOf(agent.agentId)).toBe(3_250_000n)
    },
  )

  test('without a bearer mints an agent for the payer, shows its bearer once, and credits the same agent the next time', async () => {
    const payer = await makePayer(chain)
    const payment = await signPayment(payer, { required: await askFor(), scheme: 'exact' })
    const header = { 'payment-signature': encodePayment(payment) }
    const first = (await (await post({}, header)).json()) as Body
    expect(first).toMatchObject({ amount_usd: '5', bearer: expect.stringMatching(/^bsr_/) })

    const again = await post({}, header)
    expect(again.status).toBe(200)
    const { bearer, ...known } = first
    expect(await again.json()).toEqual(known)

    const second = (await (await post({}, {}, payingFetch(payer, 'upto'))).json()) as Body
    expect(second).toMatchObject({ agent_id: first.agent_id, virtual_balance_usd: '10' })
    expect(second.bearer).toBeUndefined()

    const third = await post({}, { authorization: `Bearer ${bearer}` }, payingFetch(payer, 'exact'))
    expect(await third.json()).toMatchObject({ agent_id: first.agent_id, virtual_balance_usd: '15' })
    const { rows } = await pool().query(
      'select a.origin, w.address from agents a join agent_wallets w on w.agent_id = a.id where a.id = $1',
      [first.agent_id],
    )
    expect(rows).toEqual([{ origin: 'wallet', address: storedAddress(payer.address) }])
  })

  test('without a bearer credits the oldest linked live agent', async () => {
    const payer = await makePayer(chain)
    const workspace = await createTestWorkspace()
    const wallets = [payer.address]
    const revoked = await createTestAgent({ workspaceId: workspace.id, wallets })
    const oldest = await createTestAgent({ workspaceId: workspace.id, wallets })
    await createTestAgent({ workspaceId: workspace.id, wallets })
    await pool().query('update agents set revoked_at = now() where id = $1', [revoked.agentId])
    const answer = (await (await post({}, {}, payingFetch(payer, 'exact'))).json()) as Body
    expect(answer).toMatchObject({ agent_id: oldest.agentId })
    expect(answer.bearer).toBeUndefined()
  })

  test('sent a thousand times at once settles once, credits once and shows at most one bearer', async () => {
    const payer = await makePayer(chain)
    const payment = await signPayment(payer, { required: await askFor(), scheme: 'exact' })
    const header = { 'payment-signature': encodePayment(payment) }
    const before = await received()
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, async () => {
        const response = await post({}, header)
        return { status: response.status, body: (await response.json()) as Body }
      }),
    )
    const settled = (await (await post({}, header)).json()) as Body
    // On a machine too busy for 25 seconds some are told to ask again.
    expect(answers.filter(({ status }) => status !== 200 && status !== 202)).toEqual([])
    expect(new Set(answers.map(({ body }) => body.topup_id))).toEqual(new Set([settled.topup_id]))
    expect(answers.filter(({ body }) => body.bearer !== undefined).length).toBeLessThanOrEqual(1)
    expect(await received()).toBe(before + 5_000_000n)
    expect(await balanceOf(String(settled.agent_id))).toBe(5_000_000n)
  }, 240_000)

  test('over 100 USDC is credited when the second endpoint shows it as well', async () => {
    const payer = await makePayer(chain)
    const agent = await makeAgent()
    const response = await post({ amount_usd: 500 }, agent.headers, payingFetch(payer, 'exact'))
    expect(await response.json()).toMatchObject({ amount_usd: '500', virtual_balance_usd: '500' })
  })

  test('is understood under the older name X-PAYMENT', async () => {
    const payer = await makePayer(chain)
    const payment = await signPayment(payer, { required: await askFor(), scheme: 'exact' })
    const response = await post({}, { 'x-payment': encodePayment(payment) })
    expect(response.status).toBe(200)
  })

  test('of one agent sent again by another agent, or for another amount, is refused and credits nobody else', async () => {
    const payer = await makePayer(chain)
    const [first, second] = [await makeAgent(), await makeAgent()]
    const payment = await signPayment(payer, { required: await askFor(), scheme: 'exact' })
    const header = { 'payment-signature': encodePayment(payment) }
    expect((await post({}, { ...header, ...first.headers })).status).toBe(200)
    for (const headers of [{ ...header, ...second.headers }, header]) {
      const refused = await post({}, headers)
      expect(await refused.json()).toMatchObject({ status: 402, code: 'payment_mismatch' })
    }
    const other = await post({ amount_usd: 6 }, { ...header, ...first.headers })
    expect(await other.json()).toMatchObject({ code: 'payment_mismatch' })
    expect(await balanceOf(second.agentId)).toBe(0n)
    expect(await balanceOf(first.agentId)).toBe(5_000_000n)
  })
})

describe('what is wrong with a request changes nothing', () => {
  test.each([
    ['0', '{"amount_usd": 0}'],
    ['negative', '{"amount_usd": -5}'],
    ['below the minimum', '{"amount_usd": 2.499999}'],
    ['above the maximum', '{"amount_usd": 500.000001}'],
    ['7 decimals', '{"amount_usd": 2.5000001}'],
    ['7 decimals that a float forgets', '{"amount_usd": 5.00000000000000001}'],
    ['1e18', '{"amount_usd": 1e18}'],
    ['1e400', '{"amount_usd": 1e400}'],
    ['a string', '{"amount_usd": "5"}'],
    ['null', '{"amount_usd": null}'],
    ['a list', '{"amount_usd": [5]}'],
    ['an unknown field', '{"amount": 5}'],
    ['a chain id that is no number', '{"chain_id": "8453"}'],
  ])('amount or field: %s', async (_, body) => {
    const response = await post(body)
    expect(await response.json()).toMatchObject({ status: 400, code: 'invalid_request' })
  })

  test('another chain', async () => {
    const response = await post({ chain_id: 8453 })
    expect(await response.json()).toMatchObject({ status: 400, code: 'UNSUPPORTED_CHAIN' })
  })

  test('a bearer that is not valid', async () => {
    const response = await post({}, { authorization: `Bearer bsr_${'x'.repeat(43)}` })
    expect(await response.json()).toMatchObject({ status: 401, code: 'unauthenticated' })
  })

  test('a payment that is cut, altered, oversized or something else', async () => {
    const payer = await makePayer(chain)
    const payment = await signPayment(payer, { required: await askFor(), scheme: 'exact' })
    const whole = encodePayment(payment)
    const json = JSON.stringify(payment)
    const headers = [
      ...[1, 4, 40, 400].flatMap((cut) => [whole.slice(0, -cut), whole.slice(cut)]),
      'x',
      '%%%',
      `${whole}=`,
      `${whole.slice(0, -8)}********`,
      encodePayment(json),
      encodePayment([payment]),
      encodePayment(null),
      encodePayment({ ...payment, x402Version: 1 }),
      encodePayment({ ...payment, payload: {} }),
      encodePayment({ ...payment, padding: 'x'.repeat(9_000) }),
      Buffer.from(json.replace('"x402Version":2', '"x402Version":2,"x402Version":2')).toString('base64'),
      Buffer.from(json.replace('"authorization":{', '"authorization":{"more":1,')).toString('base64'),
      Buffer.from(json.replace('"value":"5000000"', '"value":"-5000000"')).toString('base64'),
      Buffer.from(json.replace('"value":"5000000"', '"value":5000000')).toString('base64'),
      Buffer.from(json.replace('"value":"5000000"', '"value":"05000000"')).toString('base64'),
      Buffer.from(Buffer.from(json).map((byte, at) => (at === 5 ? 0xff : byte))).toString('base64'),
    ]
    for (const header of headers) {
      const response = await post({}, { 'payment-signature': header })
      expect(await response.json(), header.slice(0, 80)).toMatchObject({
        status: 400,
        code: 'payment_invalid',
      })
    }
    const { rows } = await pool().query('select 1 from x402_payments where payer = $1', [
      storedAddress(payer.address),
    ])
    expect(rows).toEqual([])
  })
})
