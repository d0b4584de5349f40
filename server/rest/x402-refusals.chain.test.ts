import type { PaymentRequired } from '@x402/core/types'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { storedAddress } from '@/domain/address'
import { pool } from '@/server/core/db'
import { openChain } from '@/test/harness/chain'
import { createTestAgent, createTestWorkspace } from '@/test/harness/factories'
import { rest } from '@/test/harness/people'
import {
  decodeHeader,
  encodePayment,
  makePayer,
  signPayment,
  startSettling,
  TOPUP_PATH,
} from '@/test/harness/x402'

const chain = openChain()
let worker: Awaited<ReturnType<typeof startSettling>>

beforeAll(async () => {
  worker = await startSettling()
}, 120_000)
afterAll(() => worker?.stop())

type Body = Record<string, unknown>

const post = (body: object, headers: Record<string, string> = {}) =>
  rest('POST', TOPUP_PATH, { body, headers, origin: null })

async function askFor(body: Body = {}): Promise<PaymentRequired> {
  const response = await post(body)
  expect(response.status).toBe(402)
  return decodeHeader<PaymentRequired>(response.headers.get('payment-required'))
}

describe('a payment of a top-up', () => {
  test('refused as not what was asked for, or as not payable, says anew what is, in the body and as PAYMENT-REQUIRED', async () => {
    const [payer, poor] = [await makePayer(chain), await makePayer(chain, { usdc: 0n })]
    const required = await askFor({ amount_usd: 7 })
    for (const [code, body, by] of [
      ['payment_mismatch', {}, payer],
      ['payment_failed', { amount_usd: 7 }, poor],
    ] as const) {
      const payment = await signPayment(by, { required, scheme: 'exact' })
      const response = await post(body, { 'payment-signature': encodePayment(payment) })
      const problem = (await response.json()) as Body
      const { accepts, resource } = await askFor(body)
      expect(problem).toMatchObject({ status: 402, code, x402Version: 2, accepts, resource })
      expect(decodeHeader(response.headers.get('payment-required'))).toMatchObject({
        x402Version: 2,
        error: problem.detail,
        accepts,
        resource,
      })
      expect(response.headers.get('payment-response')).toBeNull()
    }
  })

  test('that failed for good says so as PAYMENT-RESPONSE, and what to sign instead', async () => {
    const payer = await makePayer(chain)
    const agent = await createTestAgent({ workspaceId: (await createTestWorkspace()).id })
    const payment = await signPayment(payer, { required: await askFor(), scheme: 'exact' })
    const header = { 'payment-signature': encodePayment(payment), ...agent.headers }
    expect((await post({}, header)).status).toBe(200)
    await pool().query(
      `update x402_payments set status = 'failed', failure_reason = 'authorization_expired' where payer = $1`,
      [storedAddress(payer.address)],
    )
    const response = await post({}, header)
    const { accepts } = await askFor()
    expect(await response.json()).toMatchObject({
      status: 402,
      code: 'payment_failed',
      reason: 'authorization_expired',
      x402Version: 2,
      accepts,
    })
    expect(decodeHeader(response.headers.get('payment-response'))).toEqual({
      success: false,
      errorReason: 'authorization_expired',
      payer: storedAddress(payer.address),
      transaction: '',
      network: 'eip155:31337',
    })
    expect(decodeHeader(response.headers.get('payment-required'))).toMatchObject({ accepts })
  })
})
