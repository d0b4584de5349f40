import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { payoutInput } from '@/domain/payout'
import { pool } from '@/server/core/db'
import {
  createTestAgent,
  createTestMandate,
  createTestWorkspace,
  type TestAgent,
} from '@/test/harness/factories'
import {
  askPayout,
  countStored,
  createPayoutOf,
  payoutBody,
  RECIPIENT,
  readPayout,
} from '@/test/harness/payouts'
import { expectProblem } from '@/test/harness/people'
import { problemSchema } from './problem-answers'

let agent: TestAgent
let mandateId: string
beforeAll(async () => {
  agent = await createTestAgent({ workspaceId: (await createTestWorkspace()).id })
  mandateId = await createTestMandate(agent)
})

const OF_NO_TEXT = [0, 1, -1, 1.5, true, false, [], {}, ['x'], { a: 1 }]
const OF_NO_ID = [
  ...OF_NO_TEXT,
  '',
  'x'.repeat(129),
  'a b',
  'a/b',
  'é',
  'a\u0000',
  'a\n',
  '\ud800',
  'a#',
  '%41',
  '１',
]
const OF_NO_ADDRESS = [
  ...OF_NO_TEXT,
  '',
  '0x',
  RECIPIENT.slice(2),
  RECIPIENT.slice(0, -1),
  `${RECIPIENT}0`,
  `${RECIPIENT}\n`,
  ` ${RECIPIENT}`,
  RECIPIENT.replace('0x', '0X'),
  RECIPIENT.replace('f', 'g'),
  // One letter in the wrong case.
  '0x1234567890abcdEF1234567890aBcdef12345678',
  'vitalik.eth',
]

/** Everything that a field must not be. */
const WRONG: Record<string, unknown[]> = {
  // URLs leave out a segment of one or two dots: such a payout could be neither read nor cancelled.
  payoutId: [...OF_NO_ID, '.', '..', null, undefined],
  toAddress: [...OF_NO_ADDRESS, null, undefined],
  amount: [
    ...OF_NO_TEXT,
    1_000_000,
    null,
    undefined,
    '',
    '0',
    '00',
    '01',
    '-1',
    '+1',
    '1.0',
    '1e6',
    '0x10',
    ' 1',
    '1 ',
    '1\n',
    '１',
    '1_000',
    '1,000',
    'NaN',
    'Infinity',
    (2n ** 53n + 1n).toString(),
    (2n ** 256n).toString(),
    '9'.repeat(81),
    '9'.repeat(5_000),
  ],
  mandateId: [...OF_NO_TEXT, '', 'm_x y', 'm\u0000', 'é', 'm'.repeat(129)],
  bizId: OF_NO_ID,
  network: [
    ...OF_NO_TEXT,
    '',
    'ethereum',
    'BASE',
    'eip155:1',
    'eip155:08453',
    '8453',
    'constructor',
    'x'.repeat(65),
  ],
  currency: [...OF_NO_TEXT, '', 'US DC', 'U\u0000', '₿', 'U'.repeat(17)],
  assetAddress: OF_NO_ADDRESS,
  description: [...OF_NO_TEXT, 'd'.repeat(501), 'a\u0000b', '\u001b[2J', '\ud800', 'to \u202eevil'],
  metadata: [
    ...OF_NO_TEXT.filter((value) => typeof value !== 'object' || Array.isArray(value)),
    '{}',
    { filler: 'x'.repeat(4_085) },
    { filler: 'é'.repeat(2_043) },
    { a: Array.from({ length: 14 }, () => 1e308) },
    { a: Array.from({ length: 13 }, () => -5e-324) },
    { a: 'b\u0000' },
    { 'a\u0000': 1 },
    { a: ['\ud800'] },
    JSON.parse(`${'{"a":'.repeat(17)}1${'}'.repeat(17)}`),
    { a: JSON.parse('['.repeat(16) + ']'.repeat(16)) },
  ],
  webhookUrl: [
    ...OF_NO_TEXT,
    '',
    ' ',
    'https://a b',
    'https://93.184.216.34/\u0000',
    `https://93.184.216.34/${'x'.repeat(2_048)}`,
  ],
  ttlSeconds: [59, 0, -60, 604_801, 60.5, 1e21, '60', '', true, [], {}, [60]],
  onMandateRefusal: [...OF_NO_TEXT, '', 'REJECT', 'allow', '__proto__'],
}

test.each(Object.entries(WRONG))(
  '%s: everything that it must not be is invalid_request by its name, and stores nothing',
  async (name, values) => {
    const before = await countStored()
    for (const value of values) {
      const problem = await expectProblem(
        await askPayout(agent, payoutBody({ mandateId, [name]: value })),
        400,
        'invalid_request',
      )
      const paths = problem.errors?.map(({ path }) => path.split('.')[0])
      expect({ value, paths: [...new Set(paths)] }).toEqual({ value, paths: [name] })
    }
    expect(await countStored()).toEqual(before)
  },
)

test('metadata is taken up to 4096 bytes exactly as the database writes it, however short its numbers were sent', async () => {
  const { metadata: schema } = payoutInput({ minAmount: 1n }).shape
  const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 50 })
  await fc.assert(
    fc.asyncProperty(numbers, fc.nat(4_000), async (list, filler) => {
      const metadata = { list, filler: 'x'.repeat(filler) }
      const { rows } = await pool().query<{ bytes: number }>(
        `select octet_length(replace($1::jsonb::text, ' ', '')) as bytes`,
        [JSON.stringify(metadata)],
      )
      const bytes = rows[0]?.bytes ?? 0
      expect({ bytes, isTaken: schema.safeParse(metadata).success }).toEqual({
        bytes,
        isTaken: bytes <= 4096,
      })
    }),
    { numRuns: 300, examples: [[[1e21, 1e-7, -1.5e-300, 1e308, 5e-324], 2_000]] },
  )
})

test('one answer names every wrong field', async () => {
  const wrong = Object.fromEntries(Object.keys(WRONG).map((name) => [name, false]))
  const problem = await expectProblem(
    await askPayout(agent, { ...wrong, agentId: 1, extra: 1 }),
    400,
    'invalid_request',
  )
  const paths = problem.errors?.map(({ path }) => path)
  expect(paths?.sort()).toEqual([...Object.keys(WRONG), 'extra'].sort())
})

test.each([
  ['nothing', '', 400, 'invalid_request'],
  ['no object', '[]', 400, 'invalid_request'],
  ['null', 'null', 400, 'invalid_request'],
  ['text', '"payout"', 400, 'invalid_request'],
  ['no JSON', '{"payoutId":', 400, 'invalid_json'],
  [
    'a key twice',
    `{"payoutId":"twice","payoutId":"twice","toAddress":"${RECIPIENT}","amount":"1"}`,
    400,
    'invalid_json',
  ],
  [
    'a prototype',
    `{"__proto__":{"payoutId":"proto"},"toAddress":"${RECIPIENT}","amount":"1"}`,
    400,
    'invalid_json',
  ],
  [
    'a prototype in its metadata',
    `{"payoutId":"proto","toAddress":"${RECIPIENT}","amount":"1","metadata":{"a":{"__proto__":{}}}}`,
    400,
    'invalid_json',
  ],
  [
    'a number beyond a double',
    `{"payoutId":"huge","toAddress":"${RECIPIENT}","amount":"1","metadata":{"a":1e999}}`,
    400,
    'invalid_request',
  ],
  ['64 KiB and more', JSON.stringify({ payoutId: 'x'.repeat(70_000) }), 413, 'body_too_large'],
] as const)('a body of %s is refused and stores nothing', async (_, body, status, code) => {
  const before = await countStored()
  await expectProblem(await askPayout(agent, body), status, code)
  expect(await countStored()).toEqual(before)
})

test('names that objects inherit are ordinary members of metadata', async () => {
  const metadata = { constructor: { prototype: 1 }, toString: 'x', hasOwnProperty: null }
  const { payoutId } = await createPayoutOf(agent, { metadata })
  expect((await readPayout(agent, payoutId)).metadata).toEqual(metadata)
})

const hostile = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    '',
    '0',
    '1',
    '\u0000',
    '\ud800',
    '__proto__',
    -1,
    1e21,
    '1e6',
    [],
    {},
    RECIPIENT,
    `0x${'0'.repeat(40)}`,
  ),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.jsonValue({ maxDepth: 4 }),
  fc.bigInt({ min: 0n, max: 2n ** 60n }).map(String),
)
const FIELDS = [...Object.keys(WRONG), 'agentId']
const body = fc.tuple(
  fc.array(fc.tuple(fc.constantFrom(...FIELDS, 'extra', 'constructor'), hostile), { maxLength: 5 }),
  fc.boolean(),
)

test('whatever comes in, it is created or refused with a code, and only what is created is stored', async () => {
  await fc.assert(
    fc.asyncProperty(body, async ([changes, hasMandate]) => {
      const before = await countStored()
      const over = { ...(hasMandate ? { mandateId } : {}), ...Object.fromEntries(changes) }
      const response = await askPayout(agent, payoutBody(over))
      expect(response.status).toBeLessThan(500)
      if (response.status === 201) return
      const text = await response.text()
      if (response.status >= 400) problemSchema.parse(JSON.parse(text))
      expect(await countStored()).toEqual(before)
    }),
    { numRuns: 400 },
  )
}, 120_000)

test('metadata comes back as it was sent, and is the same request in any order of its members and any spelling of its numbers', async () => {
  const sent = fc.dictionary(fc.string({ maxLength: 10 }), fc.jsonValue({ maxDepth: 3 }), {
    maxKeys: 4,
    noNullPrototype: true,
  })
  await fc.assert(
    fc.asyncProperty(sent, async (drawn) => {
      const metadata = JSON.parse(JSON.stringify(drawn)) as Record<string, unknown>
      fc.pre(
        Buffer.byteLength(JSON.stringify(metadata)) <= 4096 &&
          !/\\u0000|\\ud[89a-f]|__proto__/.test(JSON.stringify(metadata)),
      )
      const { payoutId } = await createPayoutOf(agent, { metadata })
      expect((await readPayout(agent, payoutId)).metadata).toEqual(metadata)
      const reversed = Object.fromEntries(Object.entries(metadata).reverse())
      expect((await askPayout(agent, payoutBody({ payoutId, metadata: reversed }))).status).toBe(200)
      const other = { ...metadata, 'one more': 1 }
      await expectProblem(
        await askPayout(agent, payoutBody({ payoutId, metadata: other })),
        409,
        'payout_id_conflict',
      )
    }),
    { numRuns: 150 },
  )
  const payoutId = 'po_numbers'
  const text = (metadata: string) =>
    `{"payoutId":"${payoutId}","toAddress":"${RECIPIENT}","amount":"1","metadata":${metadata}}`
  expect((await askPayout(agent, text('{"b":1E2,"a":[1.0,-0],"c":"\\u20ac"}'))).status).toBe(201)
  expect((await askPayout(agent, text('{"a":[1,0],"c":"€","b":100}'))).status).toBe(200)
  await expectProblem(await askPayout(agent, text('{"a":[0,1],"c":"€","b":100}')), 409, 'payout_id_conflict')
}, 120_000)
