import { expect, test } from 'vitest'
import { objectWithin, schemaWords } from './schema-words'

test.each([
  [{ type: 'string', format: 'uuid' }, 'string (uuid)'],
  [{ type: ['string', 'null'] }, 'string | null'],
  [{ type: 'integer', minimum: 1, maximum: 100 }, 'integer, 1 to 100'],
  [{ type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }, 'integer'],
  [{ type: 'string', enum: ['a', 'b'] }, '"a" | "b"'],
  [{ type: 'array', items: { type: 'object', properties: {} } }, 'array of object'],
  [{ $ref: '#/components/schemas/Problem' }, 'Problem'],
])('%j reads as %s', (schema, words) => {
  expect(schemaWords(schema)).toBe(words)
})

test('the fields of a list are those of its items', () => {
  const item = { type: 'object', properties: { id: { type: 'string' } } }
  expect(objectWithin({ type: 'array', items: item })).toBe(item)
  expect(objectWithin({ type: 'string' })).toBeNull()
})
