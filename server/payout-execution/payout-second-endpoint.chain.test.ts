// Two endpoints before their nodes, each of which can be cut off or be made to show another chain.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startFaultyRpc } from '@/test/harness/faulty-rpc'
import { until } from '@/test/harness/until'
import { startAnvil } from '../../scripts/chain/start-anvil'

const MINUTES = 180_000
const node = process.env.RPC_URL ?? ''
const first = await startFaultyRpc({ target: node, seed: 1 })
const second = await startFaultyRpc({ target: node, seed: 1 })
process.env.RPC_URL = first.url
process.env.RPC_URL_SECOND = second.url

const { registerRelayers, trackRelays } = await import('@/server/relayer')
const { pool } = await import('@/server/core/db')
const { openChain } = await import('@/test/harness/chain')
const {
  ask,
  chain,
  expectEnded,
  expectPaidOnce,
  hashesOf,
  mandateOf,
  openAlarms,
  openScene,
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

/** One endpoint's word does not do for it. */
const LARGE = 150n * USDC

const stops: (() => Promise<unknown>)[] = []
beforeAll(registerRelayers)
beforeEach(() => openScene({ funds: 1_000n * USDC }))
afterEach(async () => {
  first.set({ target: node, rate: 0 })
  second.set({ target: node, rate: 0 })
  for (const stop of stops.splice(0)) await stop()
})
afterAll(() => Promise.all([first.stop(), second.stop()]))

/** A chain that is the same up to now, and knows nothing of what comes. */
async function branchOff() {
  const { number: block } = await chain.head()
  const anvil = await startAnvil({ port: 0, blockTimeSeconds: 0, fork: { rpcUrl: node, block } })
  stops.push(() => anvil.stop())
  return openChain({ rpcUrl: anvil.rpcUrl }).client
}

const hasStatus = (id: string, status: string) => async () => {
  await round()
  return (await rowOf(id)).status === status
}

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

/** As a backup from before the signature leaves it. */
async function forget(id: string) {
  await pool().query(`alter table payouts disable trigger payouts_edges`)
  await pool().query(
    `update payouts set status = 'authorized', nonce = null, valid_before = null, signature = null, tx_hash = null, executed_at = null
     where id = $1`,
    [id],
  )
  await pool().query(`alter table payouts enable trigger payouts_edges`)
  await pool().query('delete from payout_relays where payout_row_id = $1', [id])
}
