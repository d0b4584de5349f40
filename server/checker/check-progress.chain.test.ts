import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { raiseAlarm } from '@/server/instance'
import { openChain, testAddress } from '@/test/harness/chain'
import { startFaultyRpc } from '@/test/harness/faulty-rpc'
import { movePayout } from '@/test/harness/payout-books'
import { corrupt, findingsIn, openAlarmsOf, stopperOf } from '@/test/harness/payout-history'
import {
  authorizePayout,
  type BooksPayout,
  type BooksScene,
  openBooksScene,
  payPayout,
  signPayout,
} from '@/test/harness/payout-scene-on-chain'
import { checkPayouts } from '.'

const SECONDS = 120_000
/** Further than a run looks back by itself. */
const BEYOND_OVERLAP = 400

const rpcUrl = process.env.RPC_URL ?? ''
const proxy = await startFaultyRpc({ target: rpcUrl, seed: 7 })
process.env.RPC_URL = proxy.url
const chain = openChain({ rpcUrl })
// It reads the environment when it is loaded.
const { withFault } = await import('@/test/harness/chain-obstacles')
afterAll(() => proxy.stop())

let scene: BooksScene
beforeEach(async () => {
  scene = await openBooksScene(chain)
  await found()
})
afterEach(() => proxy.set({ rate: 0, only: null }))

const found = () => findingsIn(scene)
const openAlarms = () => openAlarmsOf(scene)
const steal = (amount = 1n) => chain.transfer(scene.wallet, testAddress(78), amount)
const proveNothing = () => proxy.set({ rate: 1, faults: ['bad_gateway'], only: 'eth_getBlockReceipts' })
const proveAgain = () => proxy.set({ rate: 0, only: null })
const isUnknown = { kind: 'payout_unknown_spend', subject: expect.stringMatching(/^0x/) }

describe('a spend that no payout explains', () => {
  test(
    'is found however long no endpoint could prove its block, and said to be unproven meanwhile',
    async () => {
      await steal()
      proveNothing()
      expect(await found()).toEqual([])
      await chain.mine(BEYOND_OVERLAP)
      expect(await found()).toEqual([{ kind: 'payout_unproven', subject: isUnknown.subject }])
      await chain.mine(BEYOND_OVERLAP)
      expect(await found()).toHaveLength(1)
      expect(await openAlarms()).toEqual(['payout_unproven warning'])
      expect(await stopperOf(scene)).toBeNull()
      proveAgain()
      expect(await found()).toEqual([isUnknown])
      expect(await stopperOf(scene)).toBe('checker')
      expect(await openAlarms()).toEqual(['payout_unknown_spend critical'])
    },
    SECONDS,
  )

  test(
    'is found though more of them than one run proves came before it',
    async () => {
      for (let count = 0; count < 52; count += 1) await steal()
      await chain.mine(BEYOND_OVERLAP)
      expect(await found()).toHaveLength(50)
      await chain.mine(BEYOND_OVERLAP)
      expect(await found()).toHaveLength(2)
      expect(await found()).toEqual([])
    },
    SECONDS,
  )

  test(
    'is found again when a check is cut off before its alarm',
    async () => {
      await steal()
      await chain.mine(BEYOND_OVERLAP)
      await withFault({ event: 'insert', table: 'alarms' }, () => checkPayouts())
      expect(await openAlarms()).toEqual([])
      await chain.mine(BEYOND_OVERLAP)
      expect(await found()).toEqual([isUnknown])
    },
    SECONDS,
  )

  test(
    'is reported though what the wallets hold cannot be read',
    async () => {
      const payout = await authorizePayout(scene)
      await signPayout(scene, payout)
      await steal()
      proxy.set({ rate: 1, faults: ['bad_gateway'], only: 'eth_call' })
      const { isChainRead } = await checkPayouts()
      expect(isChainRead).toBe(false)
      expect(await openAlarms()).toEqual(['payout_unknown_spend critical'])
    },
    SECONDS,
  )
})

/** Confirmed by the books in a block that does not have it. */
async function pretendPaid(): Promise<BooksPayout> {
  const payout = await authorizePayout(scene)
  await signPayout(scene, payout)
  const { number } = await chain.head()
  const changes = { txHash: `0x${'ab'.repeat(32)}`, blockNumber: number.toString() }
  await movePayout({ id: payout.id, from: ['broadcasting'], to: 'succeeded', changes })
  await movePayout({ id: payout.id, from: ['succeeded'], to: 'confirmed' })
  return payout
}

const unpaid = ({ id }: BooksPayout) => ({ kind: 'payout_unpaid', subject: `payout:${id}` })

describe('a confirmed payout without its transfer', () => {
  test(
    'is found among more than a run proves',
    async () => {
      scene = await openBooksScene(chain, 1_000_000_000n)
      for (let count = 0; count < 55; count += 1) await payPayout(chain, scene, await authorizePayout(scene))
      const lost = await pretendPaid()
      await chain.mine(BEYOND_OVERLAP)
      expect(await found()).toEqual([unpaid(lost)])
    },
    SECONDS,
  )

  test(
    'is found though it became final while nothing was checked',
    async () => {
      const lost = await pretendPaid()
      await chain.mine(100)
      await corrupt(
        `update payouts set confirmed_at = now() - interval '40 minutes', finalized_at = now() - interval '30 minutes' where id = $1`,
        [lost.id],
      )
      await corrupt(`update payout_checks set proven_until = now() - interval '45 minutes'`)
      expect(await found()).toEqual([unpaid(lost)])
    },
    SECONDS,
  )

  test(
    'is found though it became final while no endpoint could prove its block',
    async () => {
      const lost = await pretendPaid()
      await chain.mine(100)
      await corrupt(`update payouts set finalized_at = now() - interval '9 minutes' where id = $1`, [lost.id])
      proveNothing()
      expect(await found()).toEqual([])
      await corrupt(`update payouts set finalized_at = now() - interval '30 minutes' where id = $1`, [
        lost.id,
      ])
      await corrupt(`update payout_checks set proven_until = proven_until - interval '21 minutes'`)
      expect(await found()).toEqual([])
      proveAgain()
      expect(await found()).toEqual([unpaid(lost)])
    },
    SECONDS,
  )

  test(
    'keeps its alarm until it is proven paid, whatever cannot be proven and however long it is final',
    async () => {
      const lost = await pretendPaid()
      await chain.mine(100)
      expect(await found()).toEqual([unpaid(lost)])
      await corrupt(`update payouts set finalized_at = now() - interval '1 day' where id = $1`, [lost.id])
      expect(await found()).toEqual([unpaid(lost)])
      proveNothing()
      expect((await found()).filter(({ kind }) => kind === 'payout_unpaid')).toEqual([])
      expect(await openAlarms()).toContain('payout_unpaid critical')
    },
    SECONDS,
  )
})

describe('the alarm about a payout that waited', () => {
  const raise = (id: string, minutes: number) =>
    raiseAlarm({
      ...{ kind: 'payout_waits', subject: id, workspaceId: scene.workspaceId },
      ...{ severity: 'warning', message: 'It waits', details: {} },
    }).then(() =>
      pool().query(
        'update alarms set last_seen_at = now() - make_interval(mins => $2) where subject = $1 and resolved_at is null',
        [id, minutes],
      ),
    )

  test(
    'is closed when the payout ended or went on elsewhere, and stays while it waits',
    async () => {
      const cancelled = await authorizePayout(scene)
      const waiting = await authorizePayout(scene)
      const sent = await authorizePayout(scene)
      for (const { id } of [cancelled, waiting, sent]) await raise(id, 3)
      await corrupt(`update payouts set waiting_for = 'wallet_key' where id = any($1)`, [
        [cancelled.id, waiting.id, sent.id],
      ])
      await found()
      expect(await openAlarms()).toHaveLength(3)
      await movePayout({ id: cancelled.id, from: ['authorized'], to: 'failed', reason: 'cancelled' })
      await payPayout(chain, scene, sent)
      await found()
      const { rows } = await pool().query(
        'select subject from alarms where workspace_id = $1 and resolved_at is null',
        [scene.workspaceId],
      )
      expect(rows).toEqual([{ subject: waiting.id }])
    },
    SECONDS,
  )

  test(
    'is left to the worker while it has just raised it',
    async () => {
      const { id } = await authorizePayout(scene)
      await raise(id, 0)
      await found()
      expect(await openAlarms()).toEqual(['payout_waits warning'])
    },
    SECONDS,
  )
})
