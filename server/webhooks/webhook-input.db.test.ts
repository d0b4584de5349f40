import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { env } from '@/server/core/env'
import { newPerson, newWorkspace, type TestPerson, trpc } from '@/test/harness/people'

let owner: TestPerson
let workspaceId: string
beforeAll(async () => {
  owner = await newPerson()
  workspaceId = (await newWorkspace(owner)).id
})

const QUERIES = new Set(['deliveries', 'delivery'])
const ask = (act: string, input: Record<string, unknown>) =>
  trpc(QUERIES.has(act) ? 'query' : 'mutation', `webhooks.${act}`, {
    cookie: owner.cookie,
    input: { workspaceId, ...input },
  })

test.each(['\u0000', 'a\u0000b', '\ud800'])('the description %j is refused', async (description) => {
  const { error } = await ask('create', {
    url: 'https://hooks.example.com/odd',
    description,
    eventTypes: [],
  })
  expect(error?.code).toBe('invalid_request')
})

const junk = fc.oneof(
  fc.constantFrom(
    '\u0000',
    '\ud800',
    '-1',
    '',
    null,
    0,
    Number.NaN,
    {},
    [],
    ['payout.failed', 'payout.failed'],
    'payouts',
  ),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.string()),
  fc.array(fc.string()),
  fc.webUrl(),
)

test('whatever is sent to its procedures, none answers with an internal error', async () => {
  expect(env().OUTBOUND_ALLOW_LOCAL).toBe(true)
  const acts = fc.constantFrom(
    'create',
    'update',
    'setEnabled',
    'remove',
    'rotateSecret',
    'sendTest',
    'deliveries',
    'delivery',
    'replay',
    'replayMissed',
  )
  const fields = fc.record(
    {
      id: junk,
      url: junk,
      description: junk,
      eventTypes: junk,
      cursor: junk,
      status: junk,
      endpointId: junk,
      since: junk,
      limit: junk,
    },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(acts, fields, async (act, input) => {
      const { error } = await ask(act, input)
      expect(error?.httpStatus ?? 200).toBeLessThan(500)
    }),
    { numRuns: 300 },
  )
}, 60_000)
