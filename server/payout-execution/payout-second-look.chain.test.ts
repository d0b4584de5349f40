// Two endpoints before their nodes, of which the second is behind, or on another branch.
import { describe, expect, test } from 'vitest'
import {
  branchOff,
  hasStatus,
  LARGE,
  node,
  openEachOnTwoEndpoints,
  second,
} from '@/test/harness/two-endpoints'
import { until } from '@/test/harness/until'

const MINUTES = 180_000

const { trackRelays } = await import('@/server/relayer')
const { pool } = await import('@/server/core/db')
const { kill } = await import('@/test/harness/payout-acts')
const { expirePayouts } = await import('./expire-payouts')
const {
  ask,
  chain,
  expectEnded,
  expectPaidOnce,
  forget,
  mandateOf,
  openAlarms,
  round,
  rowOf,
  scene,
  settle,
} = await import('@/test/harness/payout-scene')

openEachOnTwoEndpoints()

describe('a second endpoint', () => {
  test(
    'that lacks a large payment is asked for its block alone, however old the payout is',
    async () => {
      const payout = await ask({ amount: LARGE })
      const unpaid = await branchOff()
      await round()
      await chain.mine(3)
      await trackRelays()
      await unpaid.mine({ blocks: 2_500 })
      second.set({ target: unpaid.transport.url })
      const before = second.calls.get('eth_getLogs') ?? 0
      await round()
      expect((second.calls.get('eth_getLogs') ?? 0) - before).toBe(1)
      expect(await rowOf(payout.id)).toMatchObject({ status: 'succeeded', waiting_for: 'second_endpoint' })
      second.set({ target: node })
      await until('the large one is confirmed', hasStatus(payout.id, 'confirmed'), 30)
    },
    MINUTES,
  )

  test(
    'that is behind confirms a large payout once it shows it three blocks deep by its own head, without an alarm',
    async () => {
      const payout = await ask({ amount: LARGE })
      await round()
      const behind = await branchOff()
      await chain.mine(3)
      await trackRelays()
      second.set({ target: behind.transport.url })
      await round()
      expect(await rowOf(payout.id)).toMatchObject({ status: 'succeeded', waiting_for: null })
      expect(await openAlarms(payout.id)).toEqual([])
      await behind.mine({ blocks: 2 })
      await round()
      expect(await rowOf(payout.id)).toMatchObject({ status: 'confirmed' })
      second.set({ target: node })
      await settle()
      await expectPaidOnce(payout)
    },
    MINUTES,
  )

  test(
    'that has yet to say whether a large payout is paid keeps its budget past its end, a stop and the resume; then it is confirmed',
    async () => {
      const payout = await ask({ amount: LARGE })
      const unpaid = await branchOff()
      await round()
      await forget(payout.id)
      second.set({ target: unpaid.transport.url })
      await round()
      await pool().query(`update payouts set expires_at = now() - interval '1 minute' where id = $1`, [
        payout.id,
      ])
      await expirePayouts()
      const who = { workspaceId: scene.workspace.id, owner: scene.workspace.walletAddress }
      await kill(who, true)
      await kill(who, false)
      await round()
      expect(await rowOf(payout.id)).toMatchObject({ status: 'authorized', waiting_for: 'second_endpoint' })
      expect((await mandateOf(scene.mandateId)).pending).toBe(LARGE)
      second.set({ target: node })
      await settle()
      expect(await rowOf(payout.id)).toMatchObject({ status: 'confirmed', waiting_for: null })
    },
    MINUTES,
  )

  test(
    'that was asked whether a stopped payout is paid, and then both say no, ends it as stopped after the resume',
    async () => {
      const payout = await ask({ amount: LARGE })
      await pool().query(`update payouts set waiting_for = 'second_endpoint' where id = $1`, [payout.id])
      const who = { workspaceId: scene.workspace.id, owner: scene.workspace.walletAddress }
      await kill(who, true)
      await kill(who, false)
      expect(await rowOf(payout.id)).toMatchObject({ status: 'authorized' })
      await round()
      await expectEnded(payout, 'killed')
    },
    MINUTES,
  )
})
