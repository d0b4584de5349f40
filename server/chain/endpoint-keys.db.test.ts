import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { afterAll, expect, test } from 'vitest'

const KEY = randomBytes(16).toString('hex')
const QUERY_KEY = randomBytes(16).toString('hex')
const PASSWORD = randomBytes(16).toString('hex')
const SENT = `0x02${randomBytes(60).toString('hex')}` as const

const asked: { url: string; authorization: string }[] = []
let answer = { status: 502, body: 'bad gateway' }
// A gateway that has lost its node, and repeats the path that it was asked on.
const gateway = createServer((request, response) => {
  asked.push({ url: request.url ?? '', authorization: request.headers.authorization ?? '' })
  response.writeHead(answer.status).end(`${answer.body} ${request.url}`)
}).listen(0, '127.0.0.1')
await once(gateway, 'listening')
const { port } = gateway.address() as AddressInfo
process.env.RPC_URL = `http://somebody:${PASSWORD}@127.0.0.1:${port}/v2/${KEY}?apikey=${QUERY_KEY}`
const { assertChainId, describeRpcError, getBalance, sendRawTransaction } = await import('.')

afterAll(() => gateway.close())

const thrownBy = (work: Promise<unknown>) => work.then(() => null).catch((error: unknown) => error)

function expectNoKey(text: string) {
  for (const key of [KEY, QUERY_KEY, PASSWORD]) expect(text).not.toContain(key)
}

test('an endpoint is asked with its whole URL', async () => {
  await thrownBy(getBalance(`0x${'a'.repeat(40)}`))
  expect(asked[0]).toEqual({
    url: `/v2/${KEY}?apikey=${QUERY_KEY}`,
    authorization: `Basic ${Buffer.from(`somebody:${PASSWORD}`).toString('base64')}`,
  })
})

test('what is logged and stored of an endpoint that fails has neither its key nor what was sent', async () => {
  const error = await thrownBy(getBalance(`0x${'a'.repeat(40)}`))
  expect(describeRpcError(error)).toContain('HTTP 502')
  expectNoKey(describeRpcError(error))
  const sent = await sendRawTransaction(SENT)
  if (sent.accepted) throw new Error('it was accepted')
  expect(sent.reason).toContain('HTTP 502')
  expectNoKey(sent.reason)
  expect(sent.reason).not.toContain(SENT.slice(2))
})

test('what ends a process because no endpoint answers has no key, seen whole', async () => {
  answer = { status: 503, body: 'unavailable' }
  const error = await thrownBy(assertChainId())
  expect(inspect(error)).toContain('No RPC endpoint answers')
  expectNoKey(inspect(error, { depth: null }))
})

test('bytes that the node says it knows count as accepted, in whatever words around them', async () => {
  answer = { status: 400, body: JSON.stringify({ error: { code: -32000, message: 'already known' } }) }
  expect(await sendRawTransaction(SENT)).toEqual({ accepted: true })
})
