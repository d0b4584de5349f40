import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { newPerson, newWorkspace, requestOf, signIn, type TestPerson } from '@/test/harness/people'
import { procedures } from '@/test/harness/procedures'
import { handleTrpc } from './handler'

let person: TestPerson
let workspaceId: string
beforeAll(async () => {
  person = await newPerson()
  workspaceId = (await newWorkspace(person)).id
})

const NAMES = [
  'workspaceId',
  'slug',
  'name',
  'roles',
  'address',
  'role',
  'evidence',
  'cursor',
  'limit',
  'sessionId',
  'inviteId',
  'days',
  'kinds',
  'alarmId',
  'confirmSlug',
  'keepsCurrent',
]
const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    'own',
    '\u0000',
    '\ud800',
    '-1',
    'NaN',
    (2n ** 256n).toString(),
    `0x${'0'.repeat(40)}`,
    'OWNER',
    ['DEPOSIT'],
    null,
    0,
    -1,
    Number.POSITIVE_INFINITY,
    {},
    [],
  ),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.jsonValue({ maxDepth: 4 }),
)
const input = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...NAMES), fc.string()), value), { maxLength: 6 })
  .map((entries) => Object.fromEntries(entries))
const meta = fc.oneof(
  fc.constant(undefined),
  fc.constantFrom(
    { values: { slug: ['undefined'] } },
    { values: { slug: ['bigint'], name: ['Date'], limit: ['set'] } },
    { values: { '__proto__.polluted': ['undefined'] } },
    { values: { 'constructor.prototype.polluted': ['Date'] } },
    { values: [['custom', 'x']] },
    { values: [['class', 'Person']] },
    { referentialEqualities: { name: ['__proto__.polluted'] } },
    { referentialEqualities: [['name', ['slug']]] },
  ),
  fc.jsonValue({ maxDepth: 3 }),
)
const text = fc.oneof(
  fc
    .tuple(input, meta)
    .map(([json, extra]) => JSON.stringify({ json, meta: extra }).replaceAll('"own"', `"${workspaceId}"`)),
  fc.json(),
  fc.string({ unit: 'binary', maxLength: 500 }),
)

// What wallets hold is read from a chain, which this file has not.
const NEEDS_A_CHAIN = new Set(['wallet.get', 'wallet.managed'])
const tried = procedures.filter(({ path }) => !NEEDS_A_CHAIN.has(path))

test.each(tried)(
  '$path never answers 5xx, whatever comes in',
  async ({ path, type }) => {
    // Signed in anew for each procedure: one of them signs out everywhere.
    const signedIn = await signIn(person.account)
    await fc.assert(
      fc.asyncProperty(text, fc.boolean(), async (body, isSignedIn) => {
        const cookie = isSignedIn ? signedIn : undefined
        const wellFormed = body.replace(/\p{Cs}/gu, '\ufffd')
        const request =
          type === 'query'
            ? requestOf('GET', `/api/trpc/${path}?input=${encodeURIComponent(wellFormed)}`, { cookie })
            : requestOf('POST', `/api/trpc/${path}`, { cookie, body })
        const response = await handleTrpc(request)
        const answer = await response.text()
        expect(response.status, answer).toBeLessThan(500)
      }),
      { numRuns: 200 },
    )
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  },
  60_000,
)
