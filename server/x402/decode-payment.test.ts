import { describe, expect, test } from 'vitest'
import { decodePayment } from './decode-payment'

const ADDRESS = `0x${'a1'.repeat(20)}`
const exact = {
  x402Version: 2,
  resource: { url: 'https://console.example/api', description: 'any' },
  accepted: {
    scheme: 'exact',
    network: 'eip155:8453',
    asset: ADDRESS,
    amount: '5000000',
    payTo: ADDRESS,
    maxTimeoutSeconds: 300,
    extra: { name: 'USD Coin', version: '2' },
  },
  payload: {
    signature: `0x${'12'.repeat(65)}`,
    authorization: {
      from: ADDRESS,
      to: ADDRESS,
      value: '5000000',
      validAfter: '0',
      validBefore: '1900000000',
      nonce: `0x${'AB'.repeat(32)}`,
    },
  },
}
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64')

test('an exact payment is read with its numbers as bigint and its hex in lower case', () => {
  const payment = decodePayment(encode(exact))
  if (payment.scheme !== 'exact') throw new Error('not exact')
  expect(payment.signed.authorization).toMatchObject({ value: 5_000_000n, nonce: `0x${'ab'.repeat(32)}` })
})

test('extensions and unknown words beside the signed part are passed over', () => {
  expect(decodePayment(encode({ ...exact, extensions: { more: {} } })).scheme).toBe('exact')
})

test('a scheme that is not known is readable, and nothing else', () => {
  const accepted = { ...exact.accepted, scheme: 'auth-capture' }
  expect(decodePayment(encode({ ...exact, accepted })).scheme).toBe('unknown')
})

describe('refused as payment_invalid', () => {
  const signed = (change: object) => ({
    ...exact,
    payload: { ...exact.payload, authorization: { ...exact.payload.authorization, ...change } },
  })
  test.each([
    ['nothing', ''],
    ['base64 of the web alphabet', Buffer.from('{"a":"??>"}').toString('base64url')],
    ['base64 with white space', `${encode(exact).slice(0, 40)} ${encode(exact).slice(40)}`],
    ['version 1', encode({ ...exact, x402Version: 1 })],
    ['a version in words', encode({ ...exact, x402Version: '2' })],
    ['an upto payload under exact', encode({ ...exact, payload: { permit2Authorization: {} } })],
    ['an exact payload under upto', encode({ ...exact, accepted: { ...exact.accepted, scheme: 'upto' } })],
    ['a negative value', encode(signed({ value: '-1' }))],
    ['a value in hex', encode(signed({ value: '0x5' }))],
    ['a value above 256 bits', encode(signed({ value: (2n ** 256n).toString() }))],
    ['a value with decimals', encode(signed({ value: '5.0' }))],
    ['a short nonce', encode(signed({ nonce: '0x12' }))],
    [
      'an address with a wrong checksum',
      encode(signed({ from: '0xa1A1a1a1A1A1A1A1A1a1a1a1a1a1A1A1a1A1a1a1' })),
    ],
    ['a signature of half bytes', encode({ ...exact, payload: { ...exact.payload, signature: '0x123' } })],
    ['a field too many in what is signed', encode(signed({ more: '1' }))],
    ['__proto__', Buffer.from(JSON.stringify(exact).replace('{', '{"__proto__":{},')).toString('base64')],
    ['nesting without end', Buffer.from('['.repeat(5_000) + ']'.repeat(5_000)).toString('base64')],
    ['more than the limit', encode({ ...exact, more: 'x'.repeat(10_000) })],
  ])('%s', (_, header) => {
    expect(() => decodePayment(header)).toThrow(expect.objectContaining({ code: 'payment_invalid' }))
  })
})
