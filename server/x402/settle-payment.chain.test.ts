import type { PaymentPayload } from '@x402/core/types'
import type { Hex } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { beforeAll, describe, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { registerRelayers } from '@/server/relayer'
import { balanceOf, createFundedAgent, type FundedAgent } from '@/test/harness/balance'
import { openChain, testAddress } from '@/test/harness/chain'
import { encodePayment, makePayer, NETWORK, signPayment } from '@/test/harness/x402'
import { askPayment, type ExactSigned, exactTypedData, PRICE, RESOURCE } from '@/test/harness/x402-payments'
import { settlePayment } from './settle-payment'

const chain = openChain()
let agent: FundedAgent

beforeAll(async () => {
  await registerRelayers()
  agent = await createFundedAgent(0n)
})

const pay = (payment: unknown) =>
  settlePayment({
    header: encodePayment(payment),
    expected: { amount: PRICE, resourceUrl: RESOURCE, purpose: 'topup', agent },
    waitMilliseconds: 10,
  })

type Upto = {
  signature: Hex
  permit2Authorization: Record<string, unknown> & { permitted: object; witness: object }
}

/** An `exact` payment whose signed part is changed and then signed, by its payer unless another signs. */
async function signExact(
  payer: PrivateKeyAccount,
  change: Record<string, string>,
  { signer = payer, domain = {} }: { signer?: PrivateKeyAccount; domain?: object } = {},
): Promise<PaymentPayload> {
  const payment = await signPayment(payer, { required: await askPayment(), scheme: 'exact' })
  const authorization = { ...(payment.payload as ExactSigned).authorization, ...change }
  const signature = await signer.signTypedData(exactTypedData(authorization, domain))
  return { ...payment, payload: { authorization, signature } }
}

const now = async () => (await chain.head()).timestamp

async function expectRefused(payment: unknown, code: string, details: object = {}) {
  const before = await balanceOf(agent.agentId)
  const { rows: stored } = await pool().query('select id from x402_payments')
  await expect(pay(payment)).rejects.toMatchObject({ code, details })
  expect((await pool().query('select id from x402_payments')).rows).toEqual(stored)
  expect(await balanceOf(agent.agentId)).toBe(before)
}

describe('a payment that is not what was asked for is refused with what differs', () => {
  test.each([
    ['amount', { amount: '4000000' }],
    ['payTo', { payTo: testAddress(7) }],
    ['network', { network: 'eip155:8453' }],
    ['asset', { asset: testAddress(8) }],
    ['scheme', { scheme: 'batch-settlement' }],
    ['maxTimeoutSeconds', { maxTimeoutSeconds: 3_600 }],
    ['extra.name', { extra: { name: 'USDC', version: '2' } }],
    ['extra.version', { extra: { name: 'USD Coin' } }],
    ['extra.more', { extra: { name: 'USD Coin', version: '2', more: '1' } }],
  ])('accepted: %s', async (name, change) => {
    const payer = await makePayer(chain)
    const payment = await signPayment(payer, { required: await askPayment(), scheme: 'exact' })
    const altered = { ...payment, accepted: { ...payment.accepted, ...change } }
    await expectRefused(altered, 'payment_mismatch', { differs: expect.arrayContaining([name]) })
  })

  test('signed: another recipient, another value, another resource', async () => {
    const payer = await makePayer(chain)
    for (const [name, change] of [
      ['payload.authorization.to', { to: testAddress(9) }],
      ['payload.authorization.value', { value: '4999999' }],
      ['payload.authorization.value', { value: '0' }],
    ] as const) {
      await expectRefused(await signExact(payer, change), 'payment_mismatch', { differs: [name] })
    }
    const payment = await signPayment(payer, { required: await askPayment(), scheme: 'exact' })
    const elsewhere = { ...payment, resource: { url: 'http://localhost:3000/other' } }
    await expectRefused(elsewhere, 'payment_mismatch', { differs: ['resource.url'] })
  })

  test('signed: a permission of Permit2 for another token, spender, recipient or facilitator', async () => {
    const payer = await makePayer(chain)
    const payment = await signPayment(payer, { required: await askPayment(), scheme: 'upto' })
    const { permit2Authorization: permit, signature } = payment.payload as Upto
    const other = testAddress(10)
    for (const change of [
      { spender: other },
      { permitted: { ...permit.permitted, token: other } },
      { permitted: { ...permit.permitted, amount: '5000001' } },
      { witness: { ...permit.witness, to: other } },
      { witness: { ...permit.witness, facilitator: other } },
    ]) {
      const altered = { signature, permit2Authorization: { ...permit, ...change } }
      await expectRefused({ ...payment, payload: altered }, 'payment_mismatch')
    }
  })
})

describe('a payment that could not be settled is refused with the reason', () => {
  test('expired, about to expire, not valid yet, valid for too long', async () => {
    const payer = await makePayer(chain)
    const at = await now()
    const windows = [
      ['expired', { validBefore: (at - 1n).toString() }],
      ['expired', { validBefore: (at + 5n).toString() }],
      ['not_yet_valid', { validAfter: (at + 100n).toString() }],
      ['valid_too_long', { validBefore: (at + 100_000n).toString() }],
    ] as const
    for (const [reason, change] of windows)
      await expectRefused(await signExact(payer, change), 'payment_failed', { reason })
  })

  test('signed by another key, for another chain, for another token', async () => {
    const [payer, other] = [await makePayer(chain), await makePayer(chain)]
    const reason = { reason: 'wrong_signature' }
    await expectRefused(await signExact(payer, {}, { signer: other }), 'payment_failed', reason)
    await expectRefused(await signExact(payer, {}, { domain: { chainId: 8453 } }), 'payment_failed', reason)
    const token = { domain: { verifyingContract: testAddress(11) } }
    await expectRefused(await signExact(payer, {}, token), 'payment_failed', reason)
  })

  test.each(['exact', 'upto'] as const)('%s by a wallet with too little USDC', async (scheme) => {
    const payer = await makePayer(chain, { usdc: PRICE - 1n })
    const payment = await signPayment(payer, { required: await askPayment(), scheme })
    await expectRefused(payment, 'payment_failed', { reason: 'insufficient_funds' })
  })

  test('upto without Permit2’s allowance: 412 with how to approve', async () => {
    const payer = await makePayer(chain, { allowsPermit2: false })
    const payment = await signPayment(payer, { required: await askPayment(), scheme: 'upto' })
    await expectRefused(payment, 'PERMIT2_ALLOWANCE_REQUIRED', {
      asset: env().USDC_ADDRESS,
      required: PRICE.toString(),
    })
  })

  test('a nonce that the chain has used already', async () => {
    const payer = await makePayer(chain)
    const payment = await signExact(payer, {})
    await sendAsStranger(payment)
    await expectRefused(payment, 'payment_failed', { reason: 'nonce_used' })
  })
})

/** Uses the authorization of an `exact` payment as anybody may. */
async function sendAsStranger(payment: PaymentPayload) {
  const { authorization: a, signature } = payment.payload as ExactSigned
  const stranger = await makePayer(chain, { usdc: 0n, allowsPermit2: false })
  return chain.sendAuthorization(stranger.address, {
    from: a.from as Hex,
    to: a.to as Hex,
    value: BigInt(a.value ?? 0),
    validBefore: BigInt(a.validBefore ?? 0),
    nonce: a.nonce as Hex,
    signature,
  })
}

test('the offers name this chain', async () => {
  expect((await askPayment()).accepts.map(({ network }) => network)).toEqual([NETWORK, NETWORK])
})
