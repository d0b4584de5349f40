import { afterAll, beforeAll, expect, test } from 'vitest'
import { startUpstream, type Upstream } from '@/test/harness/upstream'
import { createOutbound, type OutboundLimits } from './create-outbound'
import { isPublicAddress } from './is-public-address'
import { OutboundError } from './outbound-error'
import type { ResolveName } from './resolve-name'

const LIMITS = { timeoutMilliseconds: 5_000, maxResponseBytes: 1_024 * 1_024 }
const strict = createOutbound({ isLocalAllowed: false })
const local = createOutbound({ isLocalAllowed: true })

let upstream: Upstream
beforeAll(async () => {
  upstream = await startUpstream()
})
afterAll(() => upstream.stop())

const resolvesTo =
  (...answers: string[][]): ResolveName =>
  async () => {
    const addresses = (answers.length > 1 ? answers.shift() : answers[0]) ?? []
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  }

const silent: ResolveName = async (host) => {
  throw new OutboundError('unreachable', `${host} could not be looked up just now.`)
}

const get = (outbound: typeof strict, url: string, limits: OutboundLimits = LIMITS) =>
  outbound.fetchOutbound(url, { method: 'GET' }, limits)

test.each([
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '10.255.255.255',
  '100.64.0.1',
  '100.100.100.200',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '192.0.0.192',
  '192.0.2.1',
  '192.88.99.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '168.63.129.16',
  '::',
  '::1',
  '::127.0.0.1',
  '::7f00:1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:8.8.8.8',
  '::ffff:0:127.0.0.1',
  '64:ff9b::7f00:1',
  '64:ff9b::8.8.8.8',
  '64:ff9b:1::7f00:1',
  '100::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '3fff::1',
  '5f00::1',
  'fc00::1',
  'fd00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  '2130706433',
  '0x7f000001',
  '127.1',
  'localhost',
  '',
])('%s is not on the public internet', (address) => expect(isPublicAddress(address)).toBe(false))

test.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700:4700::1111', '2a00:1450::200e'])(
  '%s is on the public internet',
  (address) => expect(isPublicAddress(address)).toBe(true),
)

test.each([
  'https://127.0.0.1/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0x7f.1/',
  'https://0177.0.0.1/',
  'https://017700000001/',
  'https://127.1/',
  'https://①②⑦.⓪.⓪.①/',
  'https://127。0。0。1/',
  'https://0/',
  'https://[::1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[2002:7f00:1::]/',
  'https://[fd00::1]/',
  'https://[fe80::1]/',
  'https://169.254.169.254/latest/meta-data/',
  'https://localhost/',
  'https://localhost./',
  'https://LOCALHOST/',
  'http://8.8.8.8/',
  'ftp://8.8.8.8/',
  'file:///etc/passwd',
  'gopher://8.8.8.8/',
  'https://user@8.8.8.8/',
  'https://user:password@8.8.8.8/',
  'https://8.8.8.8:22/',
  'https://8.8.8.8:25/',
  'https://8.8.8.8:0/',
  'not a url',
  '//8.8.8.8/',
  '',
])('%s is refused when it is saved and when it is called', async (url) => {
  await expect(strict.assertReachableTarget(url)).rejects.toMatchObject({ reason: 'refused' })
  await expect(get(strict, url)).rejects.toMatchObject({ reason: 'refused' })
})

test.each([
  ['loopback', ['127.0.0.1']],
  ['a private network in IPv6', ['fd00::1']],
  ['one public and one private address', ['8.8.8.8', '10.0.0.1']],
  ['one public and the metadata service', ['2606:4700::1111', '169.254.169.254']],
  ['IPv4 inside IPv6', ['::ffff:7f00:1']],
])('a name that resolves to %s is refused, and nothing connects', async (_, addresses) => {
  const outbound = createOutbound({ isLocalAllowed: false, resolveName: resolvesTo(addresses) })
  const url = `https://upstream.example:${upstream.port}/`
  await expect(outbound.assertReachableTarget(url)).rejects.toMatchObject({ reason: 'refused' })
  await expect(get(outbound, url)).rejects.toMatchObject({ reason: 'refused' })
  expect(upstream.calls).toEqual([])
})

test('a name that was public when it was saved and is loopback when it is called is refused', async () => {
  const resolveName = resolvesTo(['8.8.8.8'], ['127.0.0.1'])
  const outbound = createOutbound({ isLocalAllowed: false, resolveName })
  const url = `https://rebinding.example:${upstream.port}/`
  await outbound.assertReachableTarget(url)
  await expect(get(outbound, url)).rejects.toMatchObject({ reason: 'refused' })
  expect(upstream.calls).toEqual([])
})

test('a name without an address is refused when it is saved', async () => {
  const outbound = createOutbound({ isLocalAllowed: false, resolveName: resolvesTo([]) })
  await expect(outbound.assertReachableTarget('https://nowhere.example/')).rejects.toMatchObject({
    reason: 'refused',
  })
})

test.each([
  ['has no address', resolvesTo([]), 'refused'],
  ['cannot be looked up now', silent, 'unreachable'],
])('a name that %s passes where silence is allowed, and nowhere else', async (_, resolveName, reason) => {
  const { assertReachableTarget } = createOutbound({ isLocalAllowed: false, resolveName })
  const url = 'https://nowhere.example/'
  expect((await assertReachableTarget(url, { isSilenceAllowed: true })).href).toBe(url)
  await expect(assertReachableTarget(url)).rejects.toMatchObject({ reason })
})

test.each(['https://10.0.0.1/', 'http://8.8.8.8/', 'https://private.example/', 'https://localhost/'])(
  '%s is refused where silence is allowed too',
  async (url) => {
    const outbound = createOutbound({
      isLocalAllowed: false,
      resolveName: resolvesTo(['8.8.8.8', '10.0.0.1']),
    })
    const check = outbound.assertReachableTarget(url, { isSilenceAllowed: true })
    await expect(check).rejects.toMatchObject({ reason: 'refused' })
  },
)

test('with the local switch this machine is reached by http, other private networks are not', async () => {
  const answer = await get(local, `${upstream.origin}/hello?a=1`)
  expect(answer.status).toBe(200)
  expect(JSON.parse(Buffer.from(answer.body).toString())).toMatchObject({ method: 'GET', url: '/hello?a=1' })
  expect((await get(local, `http://localhost:${upstream.port}/`)).status).toBe(200)
  for (const url of ['http://10.0.0.1/', 'http://169.254.169.254/', 'http://[fd00::1]/', 'http://0.0.0.0/']) {
    await expect(get(local, url)).rejects.toMatchObject({ reason: 'refused' })
  }
})

test('a redirect is answered as it is and never followed', async () => {
  const before = upstream.calls.length
  const target = encodeURIComponent(`${upstream.origin}/secret`)
  expect((await get(local, `${upstream.origin}/redirect?to=${target}`)).status).toBe(302)
  expect(upstream.calls.slice(before).map(({ url }) => url)).toEqual([`/redirect?to=${target}`])
})

test.each([
  ['/slow', 'timed_out'],
  ['/stalls', 'timed_out'],
  ['/closes', 'unreachable'],
  ['/breaks-off', 'unreachable'],
  ['/huge', 'too_large'],
])('%s fails as %s', async (path, reason) => {
  const limits = { timeoutMilliseconds: 400, maxResponseBytes: 100_000 }
  const limit = reason === 'timed_out' ? limits : { ...limits, timeoutMilliseconds: 10_000 }
  await expect(get(local, `${upstream.origin}${path}`, limit)).rejects.toMatchObject({
    name: 'OutboundError',
    reason,
  })
})

test('a port where nobody listens is unreachable', async () => {
  const gone = await startUpstream()
  await gone.stop()
  await expect(get(local, gone.origin)).rejects.toMatchObject({ reason: 'unreachable' })
})

test('an answer of exactly the limit passes, one byte more does not', async () => {
  const { body } = await get(local, `${upstream.origin}/chunked`)
  expect(Buffer.from(body).toString()).toBe('one two three')
  const limits = { ...LIMITS, maxResponseBytes: body.byteLength }
  expect((await get(local, `${upstream.origin}/chunked`, limits)).body.byteLength).toBe(body.byteLength)
  await expect(
    get(local, `${upstream.origin}/chunked`, { ...limits, maxResponseBytes: body.byteLength - 1 }),
  ).rejects.toMatchObject({ reason: 'too_large' })
})

test('with a cut the beginning of a huge answer is enough', async () => {
  const { status, body } = await get(local, `${upstream.origin}/huge`, {
    ...LIMITS,
    maxResponseBytes: 2_048,
    isCut: true,
  })
  expect(status).toBe(200)
  expect(body.byteLength).toBe(2_048)
})
