import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { AppError } from '@/server/core/app-error'
import { parseJson } from './read-body'
import { toAppError } from './to-app-error'

const withCode = (code: string) => Object.assign(new Error('secret detail postgres://u:p@h/db'), { code })

describe('toAppError', () => {
  test.each(['ECONNREFUSED', '57P01', '08006', '53300', '57014', 'P1001'])(
    '%s is a dependency that is away',
    (code) => {
      expect(toAppError(withCode(code)).code).toBe('dependency_unavailable')
      expect(toAppError(new Error('outer', { cause: withCode(code) })).code).toBe('dependency_unavailable')
      expect(toAppError(new AggregateError([withCode(code)])).code).toBe('dependency_unavailable')
    },
  )

  test.each([withCode('23505'), new TypeError('x is undefined'), 'a string', undefined, null, { code: 1 }])(
    'anything else leaves without a word of what it was',
    (thrown) => {
      const error = toAppError(thrown)
      expect(error.code).toBe('internal_error')
      expect(error.message).not.toMatch(/secret|undefined|string/)
      expect(error.details).toEqual({})
    },
  )

  test('an error of ours stays itself, however deep it was wrapped', () => {
    const error = new AppError('last_owner')
    expect(toAppError(new Error('outer', { cause: error }))).toBe(error)
  })

  test('a cause that is its own cause ends', () => {
    const error = new Error('loop')
    error.cause = error
    expect(toAppError(error).code).toBe('internal_error')
  })

  test('wrong fields are named by their paths', () => {
    const schema = z.strictObject({ a: z.strictObject({ b: z.number() }) })
    const result = schema.safeParse({ a: { b: 'x', c: 1 }, d: 1 })
    const { errors } = toAppError(result.error)
    expect(errors?.map(({ path }) => path).sort()).toEqual(['a.b', 'a.c', 'd'])
  })
})

describe('parseJson', () => {
  test.each([
    '{"a":1,"\\u0061":2}',
    '[{"a":1,"a":2}]',
    '{"a":{"__proto__":1}}',
    '{"a"',
    '',
    '['.repeat(40) + ']'.repeat(40),
  ])('refuses %s', (text) => {
    expect(() => parseJson(text)).toThrow(AppError)
  })

  test.each([
    '{"a":{"a":1},"b":{"a":1}}',
    '{"a":"{\\"a\\":1,\\"a\\":2}"}',
    '["a","a"]',
    '"__proto__"',
    '{"a":"b:c\\\\"}',
  ])('reads %s', (text) => {
    expect(parseJson(text)).toEqual(JSON.parse(text))
  })
})
