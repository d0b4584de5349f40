import fc from 'fast-check'
import { expect, test } from 'vitest'
import { slugSchema } from '@/domain/workspace'
import { slugOf } from './slug-of'

test.each([
  ['Acme Robotics', 'acme-robotics'],
  ['Ácme & Söhne', 'acme-sohne'],
  ['  --  ', ''],
  ['財務', ''],
])('"%s" becomes "%s"', (name, slug) => {
  expect(slugOf(name)).toBe(slug)
})

test('whatever is typed, the proposed slug is valid or shorter than a slug may be', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (name) => {
      const slug = slugOf(name)
      expect(slug.length < 3 || slugSchema.safeParse(slug).success).toBe(true)
    }),
  )
})
