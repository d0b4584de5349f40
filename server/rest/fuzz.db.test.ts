import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { newPerson, newWorkspace, rest, type TestPerson } from '@/test/harness/people'
import { restApp } from './app'
import { problemSchema } from './problem-answers'

let person: TestPerson
let workspaceId: string
beforeAll(async () => {
  person = await newPerson()
  workspaceId = (await newWorkspace(person)).id
})

// Readiness is 503 by design while no worker runs; the wallet and the faucet while no chain does.
const NEEDS_MORE = new Set(['/api/ready', '/api/v1/wallet', '/api/dev/faucet'])
const routes = restApp()
  .routes.filter(({ method, path }) => method !== 'ALL' && !NEEDS_MORE.has(path))
  .map(({ method, path }) => ({ method, path }))

const hostile = fc.oneof(
  fc.constantFrom(
    '\u0000',
    '\ud800',
    '%00',
    "' or 1=1 --",
    '../../etc/passwd',
    '__proto__',
    '1e309',
    '-1',
    'NaN',
    'null',
    (2n ** 256n).toString(),
    '９',
    '\u202e',
    '%E0%A4%A',
    'eip155:1',
    '<script>alert(1)</script>',
    'a'.repeat(5_000),
  ),
  fc.string({ unit: 'binary', maxLength: 300 }),
)
const value: fc.Arbitrary<unknown> = fc.oneof(
  hostile,
  fc.jsonValue({ maxDepth: 4 }),
  fc.double(),
  fc.maxSafeInteger(),
  fc.constantFrom('0x', `0x${'0'.repeat(40)}`, `0x${'f'.repeat(64)}`, 'CONSUMER', ['CONSUMER'], {}, []),
)
const field = fc.oneof(
  fc.constantFrom(
    'message',
    'signature',
    'slug',
    'name',
    'roles',
    'address',
    'usdc',
    'workspaceId',
    '__proto__',
    'constructor',
  ),
  hostile,
)
const body = fc.oneof(
  fc
    .array(fc.tuple(field, value), { maxLength: 6 })
    .map((entries) => JSON.stringify(Object.fromEntries(entries))),
  fc.string({ unit: 'binary', maxLength: 2_000 }),
  fc.json(),
)
const query = fc.array(
  fc.tuple(
    fc.oneof(fc.constantFrom('limit', 'cursor', 'workspaceId', 'kind'), hostile),
    fc.oneof(hostile, fc.constant('own')),
  ),
  { maxLength: 4 },
)

// A URL cannot hold half a character; encodeURIComponent would throw before anything is sent.
const wellFormed = (text: string) => text.replace(/\p{Cs}/gu, '\ufffd')

test.each(routes)(
  '$method $path never answers 5xx, whatever comes in',
  async ({ method, path }) => {
    await fc.assert(
      fc.asyncProperty(body, query, hostile, fc.boolean(), async (text, pairs, id, isSignedIn) => {
        const search = pairs
          .map(([name, part]) =>
            [name, part === 'own' ? workspaceId : part]
              .map((raw) => encodeURIComponent(wellFormed(raw)))
              .join('='),
          )
          .join('&')
        const filled = path.replace(':id', encodeURIComponent(wellFormed(id)))
        const response = await rest(method, `${filled}?${search}`, {
          ...(method === 'GET' ? {} : { body: text }),
          cookie: isSignedIn ? person.cookie : undefined,
        })
        const answer = await response.text()
        expect({ status: response.status, answer }).not.toMatchObject({
          status: expect.toSatisfy((status) => status >= 500),
        })
        if (response.status >= 400) problemSchema.parse(JSON.parse(answer))
      }),
      { numRuns: 500 },
    )
  },
  120_000,
)

test('and after all of it the workspaces are those that were there', async () => {
  const { rows } = await pool().query('select id from workspaces')
  expect(rows).toEqual([{ id: workspaceId }])
})
