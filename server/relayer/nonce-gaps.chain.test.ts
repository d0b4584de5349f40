import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { localRelayerAddress } from '@/domain/local-accounts'
import { pool } from '@/server/core/db'
import { countWrongBy, interposeRpc } from '@/test/harness/interpose-rpc'
import { until } from '@/test/harness/until'

const MINUTES = 120_000

const line = await interposeRpc()
const { registerRelayers, trackRelays } = await import('@/server/relayer')
const { ask, chain, expectPaidOnce, hashesOf, openScene, round, rowOf, settle } = await import(
  '@/test/harness/payout-scene'
)

beforeAll(registerRelayers)
beforeEach(() => openScene())
afterEach(() => {
  line.interpose = null
})
afterAll(() => line.stop())

const relayer = localRelayerAddress.toLowerCase()
const minedCount = () => chain.client.getTransactionCount({ address: localRelayerAddress })

async function nextNonce(): Promise<number> {
  const { rows } = await pool().query<{ next_nonce: bigint }>(
    'select next_nonce from relayer_accounts where address = $1',
    [relayer],
  )
  return Number(rows[0]?.next_nonce)
}

/** The status of each transaction that only used up a nonce. */
async function fills(): Promise<string[]> {
  const { rows } = await pool().query<{ status: string }>(
    `select status from relayer_transactions where purpose = 'fill' order by nonce`,
  )
  return rows.map(({ status }) => status)
}

const payOne = async () => {
  const payout = await ask()
  await round()
  await settle()
  await expectPaidOnce(payout)
  return payout
}

test.each([
  ['seven too high', 7],
  ['a million too high', 1_000_000],
])(
  'a counter that is %s, with nothing stored behind it, is set right: the payout waits for no nonce',
  async (_, by) => {
    await pool().query('update relayer_accounts set next_nonce = next_nonce + $1', [by])
    await payOne()
    expect(await nextNonce()).toBe(await minedCount())
    expect(await fills()).toEqual([])
  },
  MINUTES,
)

test(
  'a counter that is fifty too low, as after a restored backup or a key that was used elsewhere: the first transaction has the right nonce',
  async () => {
    await chain.client.setNonce({ address: localRelayerAddress, nonce: (await minedCount()) + 50 })
    const { id } = await payOne()
    expect(await hashesOf(id)).toMatchObject([{ status: 'mined' }])
    expect(await nextNonce()).toBe(await minedCount())
  },
  MINUTES,
)

test(
  'an endpoint that shows too high a count at start moves no counter',
  async () => {
    const before = await nextNonce()
    line.interpose = countWrongBy(7)
    await registerRelayers()
    line.interpose = null
    expect(await nextNonce()).toBe(before)
  },
  MINUTES,
)

test(
  'bytes that were stored seven nonces ahead are mined: what is missing before them is stored, sent and mined first',
  async () => {
    line.interpose = countWrongBy(7)
    const payout = await ask()
    await round()
    line.interpose = null
    await trackRelays()
    expect((await fills()).length).toBe(7)
    await settle()
    await expectPaidOnce(payout)
    expect(await hashesOf(payout.id)).toMatchObject([{ status: 'mined' }])
    expect(await fills()).toEqual(Array.from({ length: 7 }, () => 'mined'))
    expect(await nextNonce()).toBe(await minedCount())
  },
  MINUTES,
)

test(
  'bytes that were stored a million nonces ahead are given up, nothing is filled, and the payout is paid by others',
  async () => {
    const before = await fills()
    line.interpose = countWrongBy(1_000_000)
    const payout = await ask()
    await round()
    line.interpose = null
    await settle(4)
    await expectPaidOnce(payout)
    expect(await hashesOf(payout.id)).toMatchObject([{ status: 'dropped' }, { status: 'mined' }])
    expect(await fills()).toEqual(before)
    expect(await nextNonce()).toBe(await minedCount())
  },
  MINUTES,
)

test(
  'a nonce that the key used elsewhere just before: "nonce too low" is no acceptance, and the payout is paid by a new transaction',
  async () => {
    const payout = await ask()
    line.interpose = async (method) => {
      if (method !== 'eth_sendRawTransaction') return null
      line.interpose = null
      const before = await minedCount()
      await chain.client.sendTransaction({ account: localRelayerAddress, to: localRelayerAddress })
      // While it is only in the pool the node takes the other bytes in its place.
      await until('the nonce is used', async () => (await minedCount()) > before)
      return null
    }
    await round()
    expect(await rowOf(payout.id)).toMatchObject({ status: 'broadcasting' })
    await settle()
    await expectPaidOnce(payout)
    expect(await hashesOf(payout.id)).toMatchObject([{ status: 'dropped' }, { status: 'mined' }])
  },
  MINUTES,
)
