// Two endpoints before their nodes, each of which can be cut off or be made to show another chain.
import { describe, expect, test } from 'vitest'
import {
  branchOff,
  first,
  hasStatus,
  LARGE,
  node,
  openEachOnTwoEndpoints,
  second,
} from '@/test/harness/two-endpoints'
import { until } from '@/test/harness/until'

const MINUTES = 180_000

const { trackRelays } = await import('@/server/relayer')
const {
  ask,
  chain,
  expectEnded,
  expectPaidOnce,
  forget,
  hashesOf,
  mandateOf,
  openAlarms,
  outlive,
  round,
  rowOf,
  scene,
  setKilled,
  settle,
  signOnly,
  USDC,
  withFault,
} = await import('@/test/harness/payout-scene')

openEachOnTwoEndpoints()

describe('a second endpoint', () => {
  test.each(['bad_gateway', 'hang'] as const)(
    'that does not answer (%s) holds up large payouts, with an alarm, and no other of the same round',
    async (fault) => {
      const large = await ask({ amount: LARGE })
      const small = await ask()
      await round()
      await chain.mine(3)
      await trackRelays()
      second.set({ rate: 1, faults: [fault] })
      await round()
      expect(await rowOf(small.id)).toMatchObject({ status: 'confirmed' })
      expect(await rowOf(large.id)).toMatchObject({ status: 'succeeded', waiting_for: 'second_endpoint' })
      expect(await openAlarms(large.id)).toEqual(['payout_waits'])
      const next = await ask()
      await round()
      expect(await rowOf(next.id)).toMatchObject({ status: 'succeeded' })
      second.set({ rate: 0 })
      await until('the large one is confirmed', hasStatus(large.id, 'confirmed'), 30)
      await settle()
      for (const payout of [large, small, next]) await expectPaidOnce(payout)
    },
    MINUTES,
  )

  test(
    'is asked once for all large payouts of a round',
    async () => {
      const payouts = [
        await ask({ amount: LARGE }),
        await ask({ amount: LARGE }),
        await ask({ amount: LARGE }),
      ]
      await round()
      await chain.mine(3)
      const before = second.calls.get('eth_getLogs') ?? 0
      await round()
      expect((second.calls.get('eth_getLogs') ?? 0) - before).toBe(1)
      for (const { id } of payouts) expect(await rowOf(id)).toMatchObject({ status: 'confirmed' })
    },
    MINUTES,
  )

  test(
    'that knows better keeps the budget of a large payout which the first calls dead, and it is paid',
    async () => {
      const payout = await ask({ amount: LARGE })
      await signOnly()
      const liar = await branchOff()
      await liar.increaseTime({ seconds: 3_700 })
      await liar.mine({ blocks: 5 })
      first.set({ target: liar.transport.url })
      await round()
      expect(await rowOf(payout.id)).toMatchObject({ status: 'signed', waiting_for: 'second_endpoint' })
      expect((await mandateOf(scene.mandateId)).pending).toBe(LARGE)
      first.set({ target: node })
      await settle()
      await expectPaidOnce(payout)
    },
    MINUTES,
  )

  test(
    'that says the same ends a large payout that is dead',
    async () => {
      const payout = await ask({ amount: LARGE })
      await signOnly()
      await setKilled(true)
      await outlive()
      await round()
      await expectEnded(payout, 'authorization_expired')
    },
    MINUTES,
  )

  test(
    'that does not know of a payment keeps a stopped large payout unsigned, though the first calls it paid; both are believed',
    async () => {
      const payout = await ask({ amount: LARGE })
      const unpaid = await branchOff()
      await round()
      await forget(payout.id)
      await setKilled(true)
      second.set({ target: unpaid.transport.url })
      await round()
      expect(await rowOf(payout.id)).toMatchObject({
        status: 'authorized',
        waiting_for: 'second_endpoint',
        signature: null,
      })
      second.set({ target: node })
      await settle()
      expect(await rowOf(payout.id)).toMatchObject({ status: 'confirmed', waiting_for: null })
    },
    MINUTES,
  )
})

describe('final', () => {
  /** Blocks behind the head. */
  const FAR = 30

  /** Confirmed, with no endpoint that calls it final yet. */
  async function confirmedBelowFinal(amounts: bigint[]) {
    await chain.mine(FAR)
    for (const endpoint of [first, second]) endpoint.set({ finalDepth: FAR })
    const payouts = []
    for (const amount of amounts) payouts.push(await ask({ amount }))
    await round()
    await chain.mine(3)
    await trackRelays()
    await round()
    for (const { id } of payouts) {
      expect(await rowOf(id)).toMatchObject({ status: 'confirmed', finalized_at: null })
    }
    return payouts
  }

  test(
    'is a large payout once both endpoints call its block final; until then it waits without an alarm, and a small one does not',
    async () => {
      const [large, small] = await confirmedBelowFinal([LARGE, USDC])
      if (!large || !small) throw new Error('two were asked for')
      first.set({ finalDepth: null })
      await round()
      expect(await rowOf(large.id)).toMatchObject({ finalized_at: null, waiting_for: null })
      expect(await openAlarms(large.id)).toEqual([])
      expect((await rowOf(small.id)).finalized_at).not.toBeNull()
      second.set({ finalDepth: null })
      await round()
      for (const payout of [large, small]) await expectPaidOnce(payout)
    },
    MINUTES,
  )

  test.each(['away', 'without the payment'] as const)(
    'is no large payout while the second endpoint is %s; a small one is, and new ones are paid',
    async (trouble) => {
      const unpaid = await branchOff()
      const [large, small] = await confirmedBelowFinal([LARGE, USDC])
      if (!large || !small) throw new Error('two were asked for')
      first.set({ finalDepth: null })
      if (trouble === 'away') second.set({ rate: 1, faults: ['hang'] })
      else second.set({ target: unpaid.transport.url, finalDepth: null })
      await round()
      expect(await rowOf(large.id)).toMatchObject({ finalized_at: null, waiting_for: 'second_endpoint' })
      expect((await rowOf(small.id)).finalized_at).not.toBeNull()
      const next = await ask()
      await round()
      expect(await rowOf(next.id)).toMatchObject({ status: 'succeeded' })
      second.set({ target: node, rate: 0, finalDepth: null })
      await until('it is final', async () => {
        await round()
        return (await rowOf(large.id)).finalized_at !== null
      })
      await settle()
      for (const payout of [large, small, next]) await expectPaidOnce(payout)
    },
    MINUTES,
  )

  test(
    'is the loss of a large payment that was taken back only when both endpoints prove it: nobody is told to pay again before',
    async () => {
      const other = await branchOff()
      const [payout] = await confirmedBelowFinal([LARGE])
      if (!payout) throw new Error('one was asked for')
      await other.increaseTime({ seconds: 3_700 })
      await other.mine({ blocks: 50 })
      const without = { target: other.transport.url, finalDepth: null }
      first.set(without)
      await round()
      expect(await rowOf(payout.id)).toMatchObject({ status: 'confirmed', waiting_for: 'proof_of_expiry' })
      second.set(without)
      await round()
      expect(await rowOf(payout.id)).toMatchObject({
        status: 'confirmed',
        waiting_for: 'reorganised_for_good',
      })
      for (const endpoint of [first, second]) endpoint.set({ target: node })
      await settle()
      await expectPaidOnce(payout)
    },
    MINUTES,
  )
})

test(
  'an endpoint that is behind makes no reorganisation of a confirmed payout: no alarm, and nothing is sent again',
  async () => {
    const payout = await ask()
    const behind = await branchOff()
    await round()
    await chain.mine(3)
    await trackRelays()
    const when = 'new.finalized_at is not null and old.finalized_at is null'
    await withFault({ event: 'update', table: 'payouts', when }, round)
    expect(await rowOf(payout.id)).toMatchObject({ status: 'confirmed', finalized_at: null })
    first.set({ target: behind.transport.url })
    await round()
    expect(await openAlarms(payout.id)).toEqual([])
    expect(await hashesOf(payout.id)).toHaveLength(1)
    first.set({ target: node })
    await settle()
    await expectPaidOnce(payout)
  },
  MINUTES,
)
