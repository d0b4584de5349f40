import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addEntryInput, isLookalike } from './address-book'

const digit = fc.constantFrom(...'0123456789abcdef')
const digits = fc.array(digit, { minLength: 40, maxLength: 40 })
const hex = (all: readonly string[]) => `0x${all.join('')}`

/** The same address with other digits at some places. */
function changed(all: readonly string[], places: readonly number[]): string[] {
  return all.map((one, index) => (places.includes(index) ? (Number.parseInt(one, 16) ^ 1).toString(16) : one))
}

test('whatever differs in one or two digits is a look-alike, in both directions and in any case', () => {
  fc.assert(
    fc.property(
      digits,
      fc.uniqueArray(fc.nat({ max: 39 }), { minLength: 1, maxLength: 2 }),
      (all, places) => {
        const other = hex(changed(all, places))
        expect(isLookalike(hex(all), other)).toBe(true)
        expect(isLookalike(`0x${other.slice(2).toUpperCase()}`, hex(all))).toBe(true)
      },
    ),
  )
})

test('another address with the same first and last four digits is a look-alike', () => {
  fc.assert(
    fc.property(digits, digits, (all, middle) => {
      const other = [...all.slice(0, 4), ...middle.slice(4, 36), ...all.slice(36)]
      expect(isLookalike(hex(all), hex(other))).toBe(hex(all) !== hex(other))
    }),
  )
})

test('three differences of which one is where people look are no look-alike, and nothing is one of itself', () => {
  fc.assert(
    fc.property(
      digits,
      fc.constantFrom(0, 1, 2, 3, 36, 37, 38, 39),
      fc.uniqueArray(fc.integer({ min: 4, max: 35 }), { minLength: 2, maxLength: 30 }),
      (all, seen, places) => {
        expect(isLookalike(hex(all), hex(changed(all, [seen, ...places])))).toBe(false)
        expect(isLookalike(hex(all), hex(all).toUpperCase().replace('0X', '0x'))).toBe(false)
      },
    ),
  )
})

describe('what an entry may hold', () => {
  const entry = { address: `0x${'ab'.repeat(20)}`, name: 'Supplier' }

  test.each([
    ['an empty name', { name: '  ' }],
    ['a name of 81 characters', { name: 'a'.repeat(81) }],
    ['a control character', { name: 'Sup\u0000plier' }],
    ['a mark that reverses text', { name: 'Sup\u202eplier' }],
    ['a character that is not seen', { name: 'Sup\u200bplier' }],
    ['half a character', { name: 'Sup\ud800plier' }],
    ['a note of 281 characters', { note: 'a'.repeat(281) }],
    ['a note with a control character', { note: 'a\u0007' }],
    ['a wrong checksum', { address: '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96046' }],
    ['half an address', { address: '0xabcd' }],
    ['a field that is unknown', { more: 1 }],
  ])('%s is refused', (_, change) => {
    expect(addEntryInput.safeParse({ ...entry, ...change }).success).toBe(false)
  })

  test('spaces around it go, lines of a note stay, and an empty note is none', () => {
    expect(addEntryInput.parse({ ...entry, name: ' Ada ', note: 'one\ntwo' })).toMatchObject({
      name: 'Ada',
      note: 'one\ntwo',
    })
    expect(addEntryInput.parse({ ...entry, note: '  ' }).note).toBeNull()
  })
})
