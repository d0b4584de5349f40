import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { interposeRpc } from '@/test/harness/interpose-rpc'

const MINUTES = 120_000

const line = await interposeRpc()
const { registerRelayers, trackRelays } = await import('@/server/relayer')
const { ask, chain, expectPaidOnce, hashesOf, openScene, round, settle } = await import(
  '@/test/harness/payout-scene'
)
const { MOST_WEI_PER_TRANSACTION } = await import('./relayer')

const GWEI = 1_000_000_000n

beforeAll(registerRelayers)
beforeEach(async () => {
  await setBaseFee(GWEI)
  await openScene()
})
afterEach(async () => {
  line.interpose = null
  await setBaseFee(GWEI)
})
afterAll(() => line.stop())

async function setBaseFee(baseFeePerGas: bigint) {
  await chain.client.setNextBlockBaseFeePerGas({ baseFeePerGas })
  await chain.mine(1)
}

test(
  'an endpoint that asks for a tip of 1,000 gwei gets none: the payout waits, and is paid once the price is one of this world',
  async () => {
    line.interpose = async (method) =>
      method === 'eth_maxPriorityFeePerGas' ? { result: `0x${(1_000n * GWEI).toString(16)}` } : null
    const payout = await ask()
    for (let n = 0; n < 2; n += 1) {
      await round()
      await trackRelays()
    }
    expect(await hashesOf(payout.id)).toEqual([])
    line.interpose = null
    await round()
    await settle()
    await expectPaidOnce(payout)
  },
  MINUTES,
)

test(
  'a batch that would cost more than a transaction may goes out in smaller ones',
  async () => {
    await setBaseFee(25n * GWEI)
    const payouts = await Promise.all(Array.from({ length: 20 }, () => ask()))
    for (let n = 0; n < 2; n += 1) {
      await round()
      await setBaseFee(25n * GWEI)
    }
    await settle()
    for (const payout of payouts) await expectPaidOnce(payout)
    const { rows } = await pool().query<{ most: bigint; count: number }>(
      `select max(t.gas_limit * t.max_fee_per_gas)::numeric(78, 0) as most, count(*)::int as count from relayer_transactions t
       where (t.chain_id, t.relayer, t.nonce) in (select chain_id, relayer, nonce from payout_relays where payout_row_id = any($1))`,
      [payouts.map(({ id }) => id)],
    )
    expect(rows[0]?.count).toBe(2)
    expect(rows[0]?.most).toBeLessThanOrEqual(MOST_WEI_PER_TRANSACTION)
  },
  MINUTES,
)
