import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { localRelayerAddress } from '@/domain/local-accounts'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { createTestAgent } from '@/test/harness/factories'
import { newPerson, newWorkspace, rest, type TestPerson } from '@/test/harness/people'
import { restApp } from './app'
import { problemSchema } from './problem-answers'

let person: TestPerson
let workspaceId: string
beforeAll(async () => {
  person = await newPerson()
  workspaceId = (await newWorkspace(person)).id
  // A top-up by x402 is 503 by design while nobody settles.
  await pool().query('insert into relayer_accounts (chain_id, address, next_nonce) values ($1, $2, 0)', [
    env().NETWORK.chainId,
    localRelayerAddress.toLowerCase(),
  ])
})

// Readiness is 503 by design while no worker runs; the wallet and the faucet while no chain does.
const NEEDS_MORE = new Set(['/api/ready', '/api/v1/wallet', '/api/dev/faucet'])
const routes = restApp()
  .routes.filter(({ method, path }) => method !== 'ALL' && !NEEDS_MORE.has(path))
  .map(({ method, path }) => ({ method, path }))

const hostile = fc.oneof(
  // What PostgreSQL refuses in any text.
  fc.constant('\u0000'),
  fc.constantFrom(
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
/** What each query parameter may be, so that the others are looked at beyond the schema. */
const ordinary: Record<string, string> = {
  limit: '2',
  kind: 'DEPOSIT',
  amount: '1000000',
  toAddress: `0x${'ab'.repeat(20)}`,
  status: 'confirmed',
  network: 'local',
}
type Part = 'ordinary' | 'absent' | { hostile: string }
const part: fc.Arbitrary<Part> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Part>('ordinary') },
  { weight: 1, arbitrary: fc.constant<Part>('absent') },
  { weight: 2, arbitrary: hostile.map((text): Part => ({ hostile: text })) },
)
// As many as any route has parameters in its path and query.
const parts = fc.array(part, { minLength: 8, maxLength: 8 })
const stray = fc.oneof(
  { weight: 8, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.tuple(hostile, hostile) },
)

// A URL cannot hold half a character; encodeURIComponent would throw before anything is sent.
const encoded = (text: string) => encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'))

const parameters = z.object({
  parameters: z.array(z.object({ in: z.string(), name: z.string() })).default([]),
})

/** The query parameters that the document gives the route. */
async function queryNamesOf({ method, path }: { method: string; path: string }): Promise<string[]> {
  const document: unknown = await (await rest('GET', '/api/openapi.json')).json()
  const { paths } = z
    .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
    .parse(document)
  const operation = paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()] ?? {}
  return parameters.parse(operation).parameters.flatMap((item) => (item.in === 'query' ? [item.name] : []))
}

function searchOf(names: readonly string[], values: readonly Part[], extra: [string, string] | null): string {
  const pairs = names.flatMap((name, index): [string, string][] => {
    const value = values[index] ?? 'absent'
    if (typeof value === 'object') return [[name, value.hostile]]
    const text = value === 'absent' ? undefined : name === 'workspaceId' ? workspaceId : ordinary[name]
    return text === undefined ? [] : [[name, text]]
  })
  return [...pairs, ...(extra ? [extra] : [])].map((pair) => pair.map(encoded).join('=')).join('&')
}

test.each(routes)(
  '$method $path never answers 5xx, whatever comes in and whoever asks',
  async ({ method, path }) => {
    const names = await queryNamesOf({ method, path })
    // One of its own: the routes rotate and unlink.
    const { headers } = await createTestAgent({ workspaceId })
    const callers = [{}, { cookie: person.cookie }, { headers }]
    const caller = fc.constantFrom(...callers)
    const ids = fc.array(hostile, { minLength: 3, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(body, parts, stray, ids, caller, async (text, values, extra, [...inPath], by) => {
        const filled = path.replaceAll(/:\w+/g, () => encoded(inPath.pop() ?? ''))
        const response = await rest(method, `${filled}?${searchOf(names, values, extra)}`, {
          ...(method === 'GET' ? {} : { body: text }),
          ...by,
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
