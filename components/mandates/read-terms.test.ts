import { expect, test } from 'vitest'
import { draftOf, readTerms } from './read-terms'

const [A, B, C] = [`0x${'1'.repeat(40)}`, `0x${'2'.repeat(40)}`, `0x${'3'.repeat(40)}`]
const ASKED = {
  limitAmount: '100000000',
  maxAmountPerTx: '5000000',
  period: { seconds: 86_400, limit: '20000000' },
  validFrom: '2026-11-21T10:00:00.000Z',
  validUntil: '2026-11-22T10:00:00.000Z',
  recipientAllowlist: [A, B],
}
const OPEN = { ...ASKED, maxAmountPerTx: null, period: null, recipientAllowlist: null }
const read = (change: object, asked: Parameters<typeof readTerms>[1] = ASKED) =>
  readTerms({ ...draftOf(asked), ...change }, asked)

test('what nobody touched is not sent', () => {
  expect(read({})).toEqual({ ok: true, terms: {}, count: 0 })
  expect(read({}, OPEN)).toEqual({ ok: true, terms: {}, count: 0 })
})

test('what was lowered is sent in atomic units', () => {
  const lowered = { limitAmount: '1,0', validForSeconds: '3600', recipients: `${B}\n` }
  expect(read({ ...lowered, limitAmount: '50', maxAmountPerTx: '2.5', periodLimit: '10' })).toEqual({
    ok: true,
    count: 5,
    terms: {
      limitAmount: '50000000',
      maxAmountPerTx: '2500000',
      validForSeconds: 3600,
      recipientAllowlist: [B],
      period: { seconds: 86_400, limit: '10000000' },
    },
  })
})

test('what was open may be closed', () => {
  expect(read({ maxAmountPerTx: '1', recipients: C }, OPEN)).toMatchObject({
    ok: true,
    terms: { maxAmountPerTx: '1000000', recipientAllowlist: [C] },
  })
})

test.each([
  ['limitAmount', '100.01', /at most 100.00 USDC/],
  ['limitAmount', '', /Enter an amount/],
  ['limitAmount', '0', /more than zero/],
  ['limitAmount', '1.0000001', /6 decimals/],
  ['maxAmountPerTx', '6', /at most 5.00 USDC/],
  ['periodLimit', '21', /at most 20.00 USDC/],
  ['validForSeconds', '86401', /sooner/],
  ['recipients', '', /at least one/],
  ['recipients', `${A}\n${C}`, /add none/],
  ['recipients', '0x12', /Must be an address/],
])('%s as "%s" is refused in words', (field, value, words) => {
  const result = read({ [field]: value })
  expect(result).toEqual({ ok: false, errors: { [field]: expect.stringMatching(words) } })
})
