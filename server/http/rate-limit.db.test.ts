import { expect, test, vi } from 'vitest'
import { pool } from '@/server/core/db'
import { RateLimit } from './rate-limit'

let callers = 0
const newCaller = () => {
  callers += 1
  return `caller-${callers}`
}

async function spendAll(limit: RateLimit, caller: string, times: number): Promise<number> {
  const spendings = await Promise.all(Array.from({ length: times }, () => limit.spend(caller)))
  return spendings.filter(({ isAllowed }) => isAllowed).length
}

test('ten times the quota lets exactly the quota through', async () => {
  const limit = new RateLimit({ name: 'exact', perMinute: 300 })
  expect(await spendAll(limit, newCaller(), 3_000)).toBe(300)
})

test('two instances share one quota', async () => {
  const [one, two] = [1, 2].map(() => new RateLimit({ name: 'shared', perMinute: 200 })) as [
    RateLimit,
    RateLimit,
  ]
  const caller = newCaller()
  let [first, second] = [0, 0]
  for (let round = 0; round < 10; round += 1) {
    first += await spendAll(one, caller, 50)
    second += await spendAll(two, caller, 50)
  }
  expect(first + second).toBe(200)
  expect(Math.min(first, second)).toBeGreaterThan(0)
})

test('a minute of a caller costs at most twenty-one writes, and a flood beyond the quota none', async () => {
  const query = vi.spyOn(pool(), 'query')
  const limit = new RateLimit({ name: 'writes', perMinute: 1_000 })
  const caller = newCaller()
  await spendAll(limit, caller, 1_000)
  expect(query.mock.calls.length).toBeLessThanOrEqual(21)
  query.mockClear()
  expect(await spendAll(limit, caller, 10_000)).toBe(0)
  expect(query).not.toHaveBeenCalled()
  query.mockRestore()
})

test('one caller’s flood leaves another’s quota whole', async () => {
  const limit = new RateLimit({ name: 'apart', perMinute: 50 })
  await spendAll(limit, newCaller(), 500)
  expect(await spendAll(limit, newCaller(), 50)).toBe(50)
})

test('a small quota is exact too', async () => {
  const limit = new RateLimit({ name: 'small', perMinute: 3 })
  expect(await spendAll(limit, newCaller(), 10)).toBe(3)
})

test('when the window ends, the caller may go on', async () => {
  const limit = new RateLimit({ name: 'window', perMinute: 5 })
  const caller = newCaller()
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    expect(await spendAll(limit, caller, 9)).toBe(5)
    vi.setSystemTime(Date.now() + 61_000)
    expect(await spendAll(limit, caller, 9)).toBe(5)
  } finally {
    vi.useRealTimers()
  }
})
