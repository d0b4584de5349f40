import { expect, test, vi } from 'vitest'
import { handleRest } from '@/server/rest/app'
import { handleTrpc } from '@/server/trpc/handler'
import { expectProblem, ORIGIN } from '@/test/harness/people'

vi.hoisted(() => {
  // The local network multiplies by a hundred: a quota of 100 a minute.
  process.env.RATE_LIMIT_ANONYMOUS_PER_MINUTE = '1'
})

const from = (remoteAddress: string) => ({ incoming: { socket: { remoteAddress } } })

test('over the quota the answer is 429 with Retry-After, on both doors, while health still answers', async () => {
  const flooder = from('203.0.113.7')
  const ask = () => handleRest(new Request(`${ORIGIN}/api/v1/config`), flooder)
  const answers = await Promise.all(Array.from({ length: 1_000 }, ask))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(100)
  const refused = await ask()
  expect(refused.headers.get('ratelimit-policy')).toBe('"anonymous";q=100;w=60')
  expect(refused.headers.get('ratelimit')).toMatch(/^"anonymous";r=0;t=\d+$/)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  await expectProblem(refused, 429, 'rate_limited')
  expect((await handleTrpc(new Request(`${ORIGIN}/api/trpc/config.get`), flooder)).status).toBe(429)
  expect((await handleRest(new Request(`${ORIGIN}/api/health`), flooder)).status).toBe(200)
  expect((await handleRest(new Request(`${ORIGIN}/api/v1/config`), from('203.0.113.8'))).status).toBe(200)
})

test('a forwarded address is not believed without a proxy of ours', async () => {
  const flooder = from('203.0.113.9')
  const ask = (index: number) =>
    handleRest(
      new Request(`${ORIGIN}/api/v1/config`, { headers: { 'x-forwarded-for': `198.51.100.${index}` } }),
      flooder,
    )
  const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => ask(index)))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(100)
})

test('addresses of one IPv6 network are one caller', async () => {
  const ask = (index: number) =>
    handleRest(new Request(`${ORIGIN}/api/v1/config`), from(`2001:db8:0:1::${index.toString(16)}`))
  const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => ask(index)))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(100)
})
