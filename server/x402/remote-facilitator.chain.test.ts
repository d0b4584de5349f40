import { generateKeyPairSync } from 'node:crypto'
import type { PaymentPayload, PaymentRequirements } from '@x402/core/types'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { registerRelayers } from '@/server/relayer'
import { balanceOf, createFundedAgent } from '@/test/harness/balance'
import { openChain } from '@/test/harness/chain'
import { until } from '@/test/harness/until'
import { encodePayment, makePayer, signPayment } from '@/test/harness/x402'
import { type StandInFacilitator, startFacilitator } from '@/test/harness/x402-facilitator'
import { listFacilitators } from './choose-facilitators'
import type { Facilitator } from './facilitator'
import { listOffers } from './list-offers'
import { settleDuePayments } from './settle-due-payments'
import { settlePayment } from './settle-payment'

const PRICE = 5_000_000n
const RESOURCE = 'http://localhost:3000/api/v1/balance/topup/x402'
const chain = openChain()
let any: StandInFacilitator
let coinbase: StandInFacilitator

beforeAll(async () => {
  await registerRelayers()
  any = await startFacilitator(chain, { schemes: ['exact'] })
  coinbase = await startFacilitator(chain, { schemes: ['exact', 'upto'] })
})
afterAll(async () => {
  await any?.stop()
  await coinbase?.stop()
})

/** An Ed25519 key as Coinbase gives it out: seed and public key in base64. */
function coinbaseKey() {
  const { d = '', x = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const secret = Buffer.concat([Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')]).toString('base64')
  return { id: 'a-key-of-tests', secret }
}

type Scheme = 'exact' | 'upto'

async function sign(facilitators: readonly Facilitator[], scheme: Scheme) {
  const payer = await makePayer(chain)
  const agent = await createFundedAgent(0n)
  const offers = await listOffers(PRICE, facilitators)
  const accepts = offers.map(({ requirements }) => requirements)
  const required = { x402Version: 2, resource: { url: RESOURCE }, accepts }
  const payment = await signPayment(payer, { required, scheme })
  const expected = { amount: PRICE, resourceUrl: RESOURCE, purpose: 'topup' as const, agent }
  const header = encodePayment(payment)
  const payWith = (those: readonly Facilitator[]) =>
    settlePayment({ header, expected, facilitators: those, waitMilliseconds: 100 })
  return { payer, agent, payment, pay: () => payWith(facilitators), payWith }
}

async function settleUntil(id: string, facilitators: readonly Facilitator[]) {
  return until(`payment ${id} is settled`, async () => {
    await pool().query(`update x402_payments set due_at = now() - interval '1 second' where id = $1`, [id])
    await settleDuePayments({ facilitators })
    const { rows } = await pool().query(
      `select tx_hash, facilitator from x402_payments where id = $1 and status = 'settled'`,
      [id],
    )
    return rows[0]
  })
}

async function senderOf(hash: `0x${string}`) {
  return (await chain.client.getTransaction({ hash })).from
}

test('a facilitator’s URL serves exact, Coinbase serves upto, and each settles with its own key', async () => {
  const facilitators = listFacilitators({ url: any.url, cdp: { key: coinbaseKey(), apiUrl: coinbase.url } })
  const offers = await listOffers(PRICE, facilitators)
  expect(offers.map(({ requirements, facilitator }) => [requirements.scheme, facilitator.name])).toEqual([
    ['exact', 'url'],
    ['upto', 'cdp'],
  ])
  for (const [scheme, from] of [
    ['exact', any.address],
    ['upto', coinbase.address],
  ] as const) {
    const { agent, pay } = await sign(facilitators, scheme)
    const { paymentId } = await pay()
    const row = await settleUntil(paymentId, facilitators)
    expect(await senderOf(row.tx_hash)).toBe(from.toLowerCase())
    expect(await pay()).toMatchObject({ status: 'settled', amount: PRICE })
    expect(await balanceOf(agent.agentId)).toBe(PRICE)
  }
  expect(any.calls.every(({ authorization }) => authorization === undefined)).toBe(true)
  expect(coinbase.calls.every(({ authorization }) => /^Bearer eyJ/.test(authorization ?? ''))).toBe(true)
}, 120_000)

test('Coinbase alone serves both schemes; without a remote one both are served in process', async () => {
  const alone = listFacilitators({ url: null, cdp: { key: coinbaseKey(), apiUrl: coinbase.url } })
  const names = async (facilitators: readonly Facilitator[]) =>
    (await listOffers(PRICE, facilitators)).map(({ facilitator }) => facilitator.name)
  expect(await names(alone)).toEqual(['cdp', 'cdp'])
  expect(await names(listFacilitators({ url: null, cdp: null }))).toEqual(['relayer', 'relayer'])
})

describe('a facilitator that', () => {
  test('settles and does not say so is believed by the chain: credited once, and not asked to pay twice', async () => {
    const facilitators = listFacilitators({ url: any.url, cdp: null })
    const { agent, pay } = await sign(facilitators, 'exact')
    const { paymentId } = await pay()
    any.breakSettle('after')
    await settleUntil(paymentId, facilitators)
    any.breakSettle(null)
    expect(await pay()).toMatchObject({ status: 'settled' })
    expect(await balanceOf(agent.agentId)).toBe(PRICE)
  })

  test('is cut off before it settles is asked again after a while', async () => {
    const facilitators = listFacilitators({ url: any.url, cdp: null })
    const { agent, pay } = await sign(facilitators, 'exact')
    const { paymentId } = await pay()
    any.breakSettle('before')
    const asked = () => any.calls.filter(({ path }) => path.endsWith('/settle')).length
    const before = asked()
    for (let round = 0; round < 3; round += 1) {
      await pool().query(`update x402_payments set due_at = now() - interval '1 second' where id = $1`, [
        paymentId,
      ])
      await settleDuePayments({ facilitators })
    }
    expect(asked()).toBe(before + 1)
    any.breakSettle(null)
    await pool().query(`update x402_payments set asked_at = now() - interval '31 seconds' where id = $1`, [
      paymentId,
    ])
    await settleUntil(paymentId, facilitators)
    expect(await balanceOf(agent.agentId)).toBe(PRICE)
  })

  test('refuses a payment is believed, with the same reasons as our own check', async () => {
    const facilitators = listFacilitators({ url: any.url, cdp: null })
    const { payment } = await sign(facilitators, 'exact')
    const { agent: other, pay } = await signWrongly(facilitators, payment)
    await expect(pay()).rejects.toMatchObject({
      code: 'payment_failed',
      details: { reason: 'wrong_signature' },
    })
    expect(await balanceOf(other.agentId)).toBe(0n)
  })

  test('changes its address or is gone by the time of a repeat changes no outcome: the payment is judged by what it was accepted for', async () => {
    const facilitators = listFacilitators({ url: null, cdp: { key: coinbaseKey(), apiUrl: coinbase.url } })
    const { agent, pay, payWith } = await sign(facilitators, 'upto')
    const { paymentId } = await pay()
    await settleUntil(paymentId, facilitators)
    const others = await startFacilitator(chain, { schemes: ['exact', 'upto'] })
    const moved = listFacilitators({ url: null, cdp: { key: coinbaseKey(), apiUrl: others.url } })
    const repeats = [await payWith(moved), await payWith([])]
    await others.stop()
    for (const repeat of repeats)
      expect(repeat).toMatchObject({ status: 'settled', paymentId, amount: PRICE })
    expect(await balanceOf(agent.agentId)).toBe(PRICE)
  }, 120_000)

  test('does not answer leaves exact to the relayer', async () => {
    const facilitators = listFacilitators({ url: 'http://127.0.0.1:9/x402', cdp: null })
    const offers = await listOffers(PRICE, facilitators)
    expect(offers.map(({ facilitator }) => facilitator.name)).toEqual(['relayer', 'relayer'])
  })

  test('goes away after its offer answers dependency_unavailable, and nothing is stored', async () => {
    const passing = await startFacilitator(chain, { schemes: ['exact'] })
    const facilitators = listFacilitators({ url: passing.url, cdp: null })
    const { payer, pay } = await sign(facilitators, 'exact')
    await passing.stop()
    await expect(pay()).rejects.toMatchObject({ code: 'dependency_unavailable' })
    const { rows } = await pool().query('select 1 from x402_payments where payer = $1', [
      payer.address.toLowerCase(),
    ])
    expect(rows).toEqual([])
  })
})

async function signWrongly(facilitators: readonly Facilitator[], payment: PaymentPayload) {
  const agent = await createFundedAgent(0n)
  const { authorization, signature } = payment.payload as {
    authorization: Record<string, string>
    signature: string
  }
  const altered = {
    ...payment,
    accepted: payment.accepted satisfies PaymentRequirements,
    payload: { signature, authorization: { ...authorization, nonce: `0x${'ab'.repeat(32)}` } },
  }
  const expected = { amount: PRICE, resourceUrl: RESOURCE, purpose: 'topup' as const, agent }
  const pay = () => settlePayment({ header: encodePayment(altered), expected, facilitators })
  return { agent, pay }
}
