import { afterAll, beforeAll, expect, test } from 'vitest'
import { startFaultyRpc } from '@/test/harness/faulty-rpc'

const MINUTES = 180_000
const proxy = await startFaultyRpc({ target: process.env.RPC_URL ?? '', seed: 1 })
process.env.RPC_URL = proxy.url

const { registerRelayers } = await import('@/server/relayer')
const { testAddress } = await import('@/test/harness/chain')
const {
  AMOUNT,
  ask,
  chain,
  expectPaidOnce,
  held,
  openScene,
  round,
  rowOf,
  scene,
  setBlocked,
  settle,
  signOnly,
} = await import('@/test/harness/payout-scene')

beforeAll(registerRelayers)
afterAll(() => proxy.stop())

const askMany = async (count: number) => {
  const payouts = []
  for (let n = 0; n < count; n += 1) payouts.push(await ask())
  return payouts
}

test(
  'payouts are simulated in one call whatever their number, and only those that are refused are asked for alone',
  async () => {
    await openScene()
    const countCalls = async () => {
      const before = proxy.calls.get('eth_call') ?? 0
      await round()
      return (proxy.calls.get('eth_call') ?? 0) - before
    }
    const two = await askMany(2)
    const forTwo = await countCalls()
    await settle()
    const ten = await askMany(10)
    expect(await countCalls()).toBe(forTwo)
    await settle()
    for (const payout of [...two, ...ten]) await expectPaidOnce(payout)
    const three = await askMany(3)
    await signOnly()
    const [blocked, ...others] = three
    if (!blocked) throw new Error('no payout')
    await setBlocked(blocked.to, true)
    await round()
    for (const { id } of others) expect(await rowOf(id)).toMatchObject({ status: 'succeeded' })
    expect((await rowOf(blocked.id)).waiting_for).toMatch(/^would_revert: .*blacklisted/)
    await setBlocked(blocked.to, false)
    await settle()
    for (const payout of three) await expectPaidOnce(payout)
  },
  MINUTES,
)

test(
  'of payouts that their wallet can pay only some of, those it can are sent, and the others once it can',
  async () => {
    await openScene({ funds: 3n * AMOUNT })
    const payouts = await askMany(3)
    await signOnly()
    await chain.transfer(scene.wallet, testAddress(7_777), AMOUNT)
    await round()
    const statuses = await Promise.all(payouts.map(async ({ id }) => (await rowOf(id)).status))
    expect(statuses.sort()).toEqual(['signed', 'succeeded', 'succeeded'])
    expect(await held(scene.wallet)).toBe(0n)
    await round()
    const waiting = await Promise.all(payouts.map(async ({ id }) => (await rowOf(id)).waiting_for))
    expect(waiting.filter((reason) => reason?.startsWith('would_revert: '))).toHaveLength(1)
    await chain.fund(scene.wallet, AMOUNT)
    await settle()
    for (const payout of payouts) await expectPaidOnce(payout)
  },
  MINUTES,
)
