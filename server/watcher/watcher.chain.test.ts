import { keccak256, toHex } from 'viem'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { reconcilePools, type Watcher } from '@/server/watcher'
import { openChain, testAddress } from '@/test/harness/chain'
import {
  identify,
  readCursor,
  readLedger,
  readPending,
  readTruth,
  startTestWatcher,
  trackedBalance,
  untilSynced,
} from '@/test/harness/ledger'
import { until } from '@/test/harness/until'

const chain = openChain()
const alice = testAddress(1)
const operator = testAddress(2)
const watchers: Watcher[] = []

function watch(...args: Parameters<typeof startTestWatcher>): Watcher {
  const watcher = startTestWatcher(...args)
  watchers.push(watcher)
  return watcher
}

beforeAll(async () => {
  await chain.fund(alice, 10_000_000_000n)
  await chain.approve(alice)
})

afterEach(async () => {
  await Promise.all(watchers.splice(0).map((watcher) => watcher.stop()))
})

test('each event of the settlement becomes the documented row, the settlement one on both sides', async () => {
  watch()
  await chain.deposit(alice, 5_000_000n)
  await chain.withdraw(alice, 1_000_000n)
  const session = keccak256(toHex('session one'))
  await chain.settle({ session, from: alice, to: operator, toAmount: 850_000n, feeAmount: 150_000n })
  await chain.mine(6)
  await untilSynced()
  const rows = (await readLedger(alice)).map(({ kind, amount, poolDelta }) => ({ kind, amount, poolDelta }))
  expect(rows).toEqual([
    { kind: 'APPROVAL', amount: 2n ** 256n - 1n, poolDelta: 0n },
    { kind: 'DEPOSIT', amount: 5_000_000n, poolDelta: 5_000_000n },
    { kind: 'WITHDRAWAL', amount: 1_000_000n, poolDelta: -1_000_000n },
    { kind: 'SETTLE', amount: 1_000_000n, poolDelta: -1_000_000n },
  ])
  expect(await readLedger(operator)).toMatchObject([{ kind: 'SETTLE', amount: 850_000n, poolDelta: 0n }])
  expect(await trackedBalance(alice)).toBe(await chain.poolOf(alice))
  expect(await trackedBalance(operator)).toBe(0n)
})

test('a refund by the relayer is a withdrawal of everything', async () => {
  watch()
  const carol = testAddress(3)
  await chain.fund(carol, 3_000_000n)
  await chain.approve(carol)
  await chain.deposit(carol, 3_000_000n)
  await chain.refund(carol)
  await chain.mine(6)
  await untilSynced()
  expect((await readLedger(carol)).at(-1)).toMatchObject({ kind: 'WITHDRAWAL', amount: 3_000_000n })
  expect(await trackedBalance(carol)).toBe(0n)
})

test('an event is pending with five confirmations and final with six', async () => {
  watch()
  await chain.deposit(alice, 7n)
  await chain.mine(4)
  await untilSynced()
  const before = await trackedBalance(alice)
  expect((await readPending(alice)).map((row) => row.amount)).toEqual([7n])
  await chain.mine(1)
  await untilSynced()
  expect(await readPending(alice)).toEqual([])
  expect((await readLedger(alice)).at(-1)?.amount).toBe(7n)
  expect(await trackedBalance(alice)).toBe(before + 7n)
})

describe('reorganisations', () => {
  test.each([1, 2, 3, 4, 5])(
    'a deposit dropped with %i confirmations was never final and leaves no trace',
    async (depth) => {
      watch()
      await untilSynced()
      const [before, ledger] = [await trackedBalance(alice), await readLedger(alice)]
      await chain.deposit(alice, 11n)
      await chain.mine(depth - 1)
      await untilSynced()
      expect((await readPending(alice)).map((row) => row.amount)).toContain(11n)
      await chain.reorg(depth)
      await chain.mine(7)
      await untilSynced()
      expect(await readPending(alice)).toEqual([])
      expect((await readLedger(alice)).slice(0, ledger.length)).toEqual(ledger)
      expect((await readLedger(alice)).filter((row) => row.amount === 11n)).toEqual([])
      expect(await trackedBalance(alice)).toBe(before)
      expect(await trackedBalance(alice)).toBe(await chain.poolOf(alice))
    },
  )

  test.each([6, 7, 8, 9, 10, 11, 12])(
    'a deposit dropped with %i confirmations is reversed by a row of its own, with an alarm',
    async (depth) => {
      watch()
      await untilSynced()
      const before = await trackedBalance(alice)
      await chain.deposit(alice, 13n)
      await chain.mine(depth - 1)
      await untilSynced()
      const credited = (await readLedger(alice)).at(-1)
      expect(credited).toMatchObject({ kind: 'DEPOSIT', amount: 13n })
      await chain.reorg(depth)
      await chain.mine(7)
      await untilSynced()
      const reversal = (await readLedger(alice)).find((row) => row.reversalOf === credited?.id)
      expect(reversal).toMatchObject({
        kind: 'DEPOSIT',
        amount: -13n,
        poolDelta: -13n,
        txHash: credited?.txHash,
      })
      expect(reversal?.blockNumber).toBeGreaterThan(credited?.blockNumber ?? 0n)
      expect(await trackedBalance(alice)).toBe(before)
      expect(await trackedBalance(alice)).toBe(await chain.poolOf(alice))
      const alarms = await pool().query(
        `select severity from alarms where kind = 'deep_reorg' and (details->>'oldHead')::bigint >= $1`,
        [credited?.blockNumber],
      )
      expect(alarms.rows).toEqual([{ severity: 'critical' }])
    },
  )

  test('a deposit that comes back in another block after a deep reorganisation counts once', async () => {
    watch()
    await untilSynced()
    const before = await trackedBalance(alice)
    await chain.deposit(alice, 17n)
    await chain.mine(7)
    await untilSynced()
    await chain.reorg(8)
    await chain.deposit(alice, 17n)
    await chain.mine(8)
    await untilSynced()
    const rows = (await readLedger(alice)).filter((row) => row.amount === 17n || row.amount === -17n)
    expect(rows.map((row) => row.amount).sort()).toEqual([-17n, 17n, 17n])
    expect(await trackedBalance(alice)).toBe(before + 17n)
    expect(await trackedBalance(alice)).toBe(await chain.poolOf(alice))
  })
})

test('after a stop in mid-range a new instance goes on where the last one wrote', async () => {
  const first = watch()
  await untilSynced()
  await first.stop()
  for (let round = 0; round < 4; round += 1) {
    await chain.deposit(alice, 19n)
    await chain.mine(15)
  }
  const second = watch()
  await until('the second one has written something', async () => (await readCursor())?.head)
  await second.stop()
  watch()
  const head = await untilSynced()
  const truth = await readTruth({ to: head - 5n })
  const rows = (await readLedger()).filter((row) => row.reversalOf === null)
  const dropped = new Set((await readLedger()).map((row) => row.reversalOf))
  expect(
    rows
      .filter((row) => !dropped.has(row.id))
      .map(identify)
      .sort(),
  ).toEqual(truth.map(identify).sort())
})

test('of two instances one leads and the other takes over when it is gone', async () => {
  const first = watch()
  await until('the first leads', () => first.isLeader())
  const second = watch()
  await chain.deposit(alice, 23n)
  await untilSynced()
  expect([first.isLeader(), second.isLeader()]).toEqual([true, false])
  await first.stop()
  await until('the second leads', () => second.isLeader())
  await chain.deposit(alice, 23n)
  await chain.mine(6)
  await untilSynced()
  expect((await readLedger(alice)).filter((row) => row.amount === 23n)).toHaveLength(2)
})

test('reading a history again that the ledger has changes nothing', async () => {
  const first = watch()
  await chain.mine(6)
  await untilSynced()
  await first.stop()
  const [ledger, balance] = [await readLedger(), await trackedBalance(alice)]
  await pool().query(
    `update chain_cursors c set head_block = b.number, head_hash = b.hash, final_block = b.number
       from chain_blocks b where b.number = c.start_block - 1`,
  )
  await pool().query('delete from pending_events')
  watch()
  await untilSynced()
  expect(await readLedger()).toEqual(ledger)
  expect(await trackedBalance(alice)).toBe(balance)
  expect(await reconcilePools()).toMatchObject({ type: 'compared', differences: 0 })
})
