import { createHook } from 'node:async_hooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type NameServer, startNameServer } from '@/test/harness/name-server'
import { startUpstream, type Upstream } from '@/test/harness/upstream'
import { createOutbound } from './create-outbound'
import { createNameResolver } from './resolve-name'

let names: NameServer
let upstream: Upstream
beforeAll(async () => {
  names = await startNameServer()
  upstream = await startUpstream()
})
afterAll(async () => {
  await names.stop()
  await upstream.stop()
})

const resolver = () => createNameResolver({ servers: [names.address] })
const outboundOf = (isLocalAllowed: boolean) => createOutbound({ isLocalAllowed, resolveName: resolver() })
const get = (outbound: ReturnType<typeof outboundOf>, host: string) =>
  outbound.fetchOutbound(
    `http${host.endsWith('.local-test') ? '' : 's'}://${host}:${upstream.port}/`,
    { method: 'GET' },
    { timeoutMilliseconds: 15_000, maxResponseBytes: 10_000 },
  )

test('a name has the addresses of both kinds that its name server answers', async () => {
  names.answer('both.example', ['8.8.8.8', '1.1.1.1', '2606:4700::1111'])
  expect(await resolver()('both.example')).toEqual([
    { address: '8.8.8.8', family: 4 },
    { address: '1.1.1.1', family: 4 },
    { address: '2606:4700::1111', family: 6 },
  ])
})

test('a call goes to the address that the name server answers', async () => {
  names.answer('here.local-test', ['127.0.0.1'])
  expect((await get(outboundOf(true), 'here.local-test')).status).toBe(200)
})

test('a name that does not exist, one without an address and one in a private network are refused in the same words', async () => {
  names.answer('missing.example', 'missing')
  names.answer('empty.example', [])
  names.answer('private.example', ['10.0.0.8'])
  names.answer('private6.example', ['fd00::1'])
  names.answer('half.example', ['8.8.8.8', 'fd00::1'])
  const outbound = outboundOf(false)
  const words = async (host: string) => {
    const error = await outbound.assertReachableTarget(`https://${host}/`).catch((thrown: Error) => thrown)
    expect(error).toMatchObject({ name: 'OutboundError', reason: 'refused' })
    await expect(get(outbound, host)).rejects.toMatchObject({ reason: 'refused' })
    return error instanceof Error ? error.message.replace(host, 'host') : ''
  }
  const said = new Set<string>()
  for (const host of ['missing', 'empty', 'private', 'private6', 'half'])
    said.add(await words(`${host}.example`))
  expect([...said]).toEqual(['host is not an address on the public internet.'])
})

test('a name server that fails is not one that says there is no address', async () => {
  names.answer('fails.example', 'fails')
  const outbound = outboundOf(false)
  const unknown = { reason: 'unreachable', message: 'fails.example could not be looked up just now.' }
  await expect(outbound.assertReachableTarget('https://fails.example/')).rejects.toMatchObject(unknown)
  await expect(get(outbound, 'fails.example')).rejects.toMatchObject(unknown)
  const url = await outbound.assertReachableTarget('https://fails.example/', { isSilenceAllowed: true })
  expect(url.hostname).toBe('fails.example')
})

test('a name server that never answers is given up by the deadline, at the check and at the call', async () => {
  names.answer('silent.example', 'silent')
  const outbound = outboundOf(false)
  const late = { reason: 'timed_out' }
  await Promise.all([
    expect(outbound.assertReachableTarget('https://silent.example/')).rejects.toMatchObject(late),
    expect(get(outbound, 'silent.example')).rejects.toMatchObject(late),
    expect(
      outbound.assertReachableTarget('https://silent.example/', { isSilenceAllowed: true }),
    ).resolves.toBeInstanceOf(URL),
  ])
}, 30_000)

test('one kind of addresses is enough while the name server is silent about the other', async () => {
  names.answer('halves.example A', ['8.8.8.8'])
  names.answer('halves.example AAAA', 'silent')
  expect(await resolver()('halves.example')).toEqual([{ address: '8.8.8.8', family: 4 }])
})

test('a name that was public when it was saved and is loopback when it is called connects nowhere', async () => {
  names.answer('rebinding.example', ['8.8.8.8'], ['127.0.0.1'])
  const outbound = outboundOf(false)
  await outbound.assertReachableTarget('https://rebinding.example/')
  const before = upstream.calls.length
  await expect(get(outbound, 'rebinding.example')).rejects.toMatchObject({ reason: 'refused' })
  expect(upstream.calls).toHaveLength(before)
})

test('localhost is known without asking anybody, and refused where it is not allowed', async () => {
  const before = names.asked.length
  expect(
    (
      await outboundOf(true).fetchOutbound(
        `http://localhost:${upstream.port}/`,
        { method: 'GET' },
        { timeoutMilliseconds: 5_000, maxResponseBytes: 10_000 },
      )
    ).status,
  ).toBe(200)
  await expect(outboundOf(false).assertReachableTarget('https://app.localhost/')).rejects.toMatchObject({
    reason: 'refused',
  })
  await outboundOf(false).assertReachableTarget('https://8.8.8.8/')
  expect(names.asked).toHaveLength(before)
})

test('no name of a stranger takes a thread of the system’s resolver, at the check or at the call', async () => {
  names.answer('threadless.local-test', ['127.0.0.1'])
  const kinds: string[] = []
  const hook = createHook({ init: (_, kind) => kinds.push(kind) }).enable()
  const outbound = outboundOf(true)
  await outbound.assertReachableTarget('http://threadless.local-test/')
  await get(outbound, 'threadless.local-test')
  hook.disable()
  expect(kinds).toContain('QUERYWRAP')
  expect(kinds).not.toContain('GETADDRINFOREQWRAP')
})

test('one agent has at most sixteen names looked up at once, and takes none from the others; a name is asked for once', async () => {
  const resolve = resolver()
  const ask = (index: number) => {
    names.answer(`of-agent-${index}.example`, 'silent')
    return resolve(`of-agent-${index}.example`, 'agent').catch((error: Error) => error.message)
  }
  const sixteen = Array.from({ length: 16 }, (_, index) => ask(index))
  expect(await ask(16)).toBe('Too many names are being looked up just now.')
  names.answer('other.example', ['8.8.8.8'])
  const before = names.asked.length
  const [one, same] = await Promise.all([
    resolve('other.example', 'other'),
    resolve('other.example', 'another'),
  ])
  expect(one).toEqual([{ address: '8.8.8.8', family: 4 }])
  expect(same).toBe(one)
  expect(names.asked.slice(before).filter((asked) => asked === 'other.example A')).toHaveLength(1)
  await Promise.all(sixteen)
  expect(await resolve('other.example', 'agent')).toEqual(one)
}, 30_000)
