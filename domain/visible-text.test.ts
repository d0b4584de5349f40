import { expect, test } from 'vitest'
import { addEntryInput } from './address-book'
import { registerAgentInput } from './agent-api'
import { denyInput } from './approval'
import { stopNoteSchema } from './policy'
import { showJson, VISIBLE_LINE, VISIBLE_LINES } from './visible-text'
import { webhookEndpointInput } from './webhook'
import { nameSchema } from './workspace'

const UNSEEN = [
  ...[
    0x00, 0x07, 0x1b, 0x7f, 0x85, 0xad, 0x34f, 0x61c, 0x115f, 0x180e, 0x200b, 0x200e, 0x200f, 0x2028, 0x2029,
  ],
  ...[0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2060, 0x2061, 0x2062, 0x2063, 0x2064, 0x2065, 0x2066, 0x2067],
  ...[
    0x2068, 0x2069, 0x206a, 0x206f, 0x3164, 0xd800, 0xdfff, 0xfeff, 0xffa0, 0xfff9, 0xe0001, 0xe0041, 0xe007f,
  ],
].map((code) => [`U+${code.toString(16)}`, String.fromCodePoint(code)])

const address = `0x${'a'.repeat(40)}`
/** Which of the texts that people and agents write may be this one. */
const acceptances = (text: string) => ({
  line: VISIBLE_LINE.test(text),
  lines: VISIBLE_LINES.test(text),
  name: nameSchema.safeParse(text).success,
  stopNote: stopNoteSchema.safeParse(text).success,
  client: registerAgentInput.safeParse({ agent_name: 'a', client_info: text }).success,
  entry: addEntryInput.safeParse({ address, name: text }).success,
  entryNote: addEntryInput.safeParse({ address, name: 'a', note: text }).success,
  denial: denyInput.safeParse({ approvalId: 'a1', note: text }).success,
  endpoint: webhookEndpointInput.safeParse({ url: 'https://a.example/', description: text, eventTypes: [] })
    .success,
})

test.each(UNSEEN)('%s is in no name and no text of a line or more', (_, unseen) => {
  expect(Object.values(acceptances('payroll')).every((isAccepted) => isAccepted)).toBe(true)
  expect(Object.entries(acceptances(`pay${unseen}roll`)).filter(([, isAccepted]) => isAccepted)).toEqual([])
})

test.each(['Müller & Söhne', 'شرکت می‌خواهم', 'ראש הממשלה', '株式会社', '👩‍👩‍👧', '❤️', 'a — b', 'नमस्ते'])(
  '%s can be written',
  (text) => {
    expect(VISIBLE_LINE.test(text)).toBe(true)
    expect(nameSchema.parse(text)).toBe(text)
  },
)

test('a text of lines has its breaks and tabs, a line has none', () => {
  expect(VISIBLE_LINES.test('one\n\ttwo\r\nthree')).toBe(true)
  for (const text of ['one\ntwo', 'one\ttwo', 'one\rtwo']) expect(VISIBLE_LINE.test(text)).toBe(false)
})

test('JSON is shown with everything that cannot be seen written out, and reads as what it was', () => {
  const value = {
    'na\u200bme': 'a\u202eb\u2066c\u061c\u00ad\u{e0041}\u0085\u2028\ufeff',
    joined: '👩\u200d👩',
    lines: 'one\ntwo\u0007',
    plain: 'Grüße, 株式会社',
  }
  const shown = showJson(value)
  expect(JSON.parse(shown)).toEqual(value)
  expect(shown).toContain(String.raw`a\u202eb\u2066c\u061c\u00ad\udb40\udc41\u0085\u2028\ufeff`)
  expect(shown).toContain(String.raw`na\u200bme`)
  expect(shown).toContain('Grüße, 株式会社')
  expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
  expect(showJson(undefined)).toBe('')
})
