import { describe, expect, test } from 'vitest'
import { buildPaymentRequired } from '@/server/x402'
import { rest } from '@/test/harness/people'

process.env.PREPAY_X402_TOPUP_ENABLED = ''

describe('with PREPAY_X402_TOPUP_ENABLED off', () => {
  test.each([
    ['a question', {}],
    ['a payment', { 'payment-signature': 'bm90aGluZw==' }],
  ])('the top-up does not exist: %s', async (_, headers) => {
    const response = await rest('POST', '/api/v1/balance/topup/x402', { headers })
    expect(await response.json()).toMatchObject({ status: 404, code: 'feature_disabled' })
  })

  test('no other 402 offers x402', async () => {
    const request = { amount: 5_000_000n, resourceUrl: 'http://localhost:3000/', description: 'any' }
    expect(await buildPaymentRequired(request)).toBeNull()
  })
})
