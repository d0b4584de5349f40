import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { localRelayerAddress } from '@/domain/local-accounts'
import { pool } from '@/server/core/db'
import { interposeRpc, refuseToSend } from '@/test/harness/interpose-rpc'

const MINUTES = 120_000

const line = await interposeRpc()
const { registerRelayers, trackRelays } = await import('@/server/relayer')
const { ask, chain, expectPaidOnce, hashesOf, held, openScene, round, scene, settle } = await import(
  '@/test/harness/payout-scene'
)

beforeAll(registerRelayers)
beforeEach(() => openScene())
afterEach(async () => {
  line.interpose = null
  await chain.client.setAutomine(true)
})
afterAll(() => line.stop())

/** A round of the relayer as if so many seconds had passed since it last sent anything. */
async function trackAfter(seconds: number) {
  await pool().query(
    `update relayer_transactions set sent_at = sent_at - make_interval(secs => $1) where status in ('prepared', 'sent') and sent_at is not null`,
    [seconds],
  )
  await trackRelays()
}

async function gasOfToday(): Promise<{ spent: bigint; reserved: bigint }> {
  const { rows } = await pool().query<{ spent: bigint; reserved: bigint }>(
    'select spent_wei as spent, reserved_wei as reserved from workspace_gas_days where workspace_id = $1',
    [scene.workspace.id],
  )
  return rows[0] ?? { spent: 0n, reserved: 0n }
}

async function feeOf(hash: `0x${string}`): Promise<bigint> {
  const { rows } = await pool().query<{ fee: bigint }>(
    'select max_fee_per_gas as fee from relayer_transactions where hash = $1',
    [hash],
  )
  return rows[0]?.fee ?? 0n
}

/** On its way, with a fee that the next blocks do not take, and looked at since they came. */
async function sendTooCheap() {
  await chain.client.setAutomine(false)
  const payout = await ask()
  await round()
  const [sent] = await hashesOf(payout.id)
  const fee = await feeOf(sent?.hash ?? '0x')
  await chain.client.setNextBlockBaseFeePerGas({ baseFeePerGas: fee * 2n })
  await chain.mine(1)
  await trackAfter(0)
  for (let n = 0; n < 3; n += 1) {
    await chain.client.setNextBlockBaseFeePerGas({ baseFeePerGas: fee * 2n })
    await chain.mine(1)
  }
  expect(await held(payout.to)).toBe(0n)
  return { payout, fee }
}

/** The price falls, and the same bytes are sent again: the local chain's pool has forgotten what was too cheap. */
async function settleCheaply(fee: bigint) {
  await chain.client.setNextBlockBaseFeePerGas({ baseFeePerGas: fee / 4n })
  await chain.mine(1)
  await chain.client.setAutomine(true)
  await trackRelays()
  await settle()
}

test(
  'while no blocks come no fee is raised, however long it takes, and no more of the gas allowance is held',
  async () => {
    await chain.client.setAutomine(false)
    const payout = await ask()
    await round()
    const before = await gasOfToday()
    for (let n = 0; n < 20; n += 1) await trackAfter(80)
    expect(await hashesOf(payout.id)).toMatchObject([{ status: 'sent' }])
    expect(await gasOfToday()).toEqual(before)
    await chain.mine(1)
    await chain.client.setAutomine(true)
    await settle()
    await expectPaidOnce(payout)
  },
  MINUTES,
)

test(
  'blocks that pass over it: the fee is raised to today’s estimate, and held at thrice that',
  async () => {
    const { payout, fee } = await sendTooCheap()
    await trackAfter(25)
    const attempts = await hashesOf(payout.id)
    expect(attempts).toMatchObject([{ status: 'replaced' }, { status: 'sent' }])
    const raised = await feeOf(attempts[1]?.hash ?? '0x')
    expect(raised).toBeGreaterThanOrEqual(fee * 2n)
    expect(raised).toBeLessThanOrEqual(fee * 6n)
    await chain.mine(1)
    await chain.client.setAutomine(true)
    await settle()
    await expectPaidOnce(payout)
  },
  MINUTES,
)

test(
  'a replacement that the relayer cannot pay for is not made',
  async () => {
    const { payout, fee } = await sendTooCheap()
    const balance = await chain.client.getBalance({ address: localRelayerAddress })
    await chain.client.setBalance({ address: localRelayerAddress, value: 200_000n * fee })
    await trackAfter(25)
    expect(await hashesOf(payout.id)).toMatchObject([{ status: 'sent' }])
    await chain.client.setBalance({ address: localRelayerAddress, value: balance })
    await settleCheaply(fee)
    await expectPaidOnce(payout)
  },
  MINUTES,
)

test(
  'a replacement that the node refuses gives way to the bytes before it, which are sent again and pay',
  async () => {
    const { payout, fee } = await sendTooCheap()
    const before = await gasOfToday()
    line.interpose = refuseToSend
    await trackAfter(25)
    expect(await hashesOf(payout.id)).toMatchObject([{ status: 'sent' }, { status: 'dropped' }])
    expect(await gasOfToday()).toEqual(before)
    await trackAfter(25)
    expect(await hashesOf(payout.id)).toHaveLength(2)
    line.interpose = null
    await settleCheaply(fee)
    await expectPaidOnce(payout)
    expect(await hashesOf(payout.id)).toMatchObject([{ status: 'mined' }, { status: 'dropped' }])
  },
  MINUTES,
)

test(
  'a replacement that was stored and not sent, as by a crash, gives way as well when the node refuses it',
  async () => {
    const { payout, fee } = await sendTooCheap()
    line.interpose = async (method) =>
      method === 'eth_sendRawTransaction' ? { error: { code: -32000, message: 'no' } } : null
    await trackAfter(25)
    await pool().query(
      `update relayer_transactions set status = case when sent_at is null then 'prepared' else 'replaced' end::relay_status
       where hash = any($1)`,
      [(await hashesOf(payout.id)).map(({ hash }) => hash)],
    )
    line.interpose = refuseToSend
    await trackRelays()
    expect(await hashesOf(payout.id)).toMatchObject([{ status: 'sent' }, { status: 'dropped' }])
    line.interpose = null
    await settleCheaply(fee)
    await expectPaidOnce(payout)
  },
  MINUTES,
)

test(
  'a transaction that was given up and is in a block all the same counts with its fee',
  async () => {
    const payout = await ask()
    await round()
    await pool().query(
      `update relayer_transactions set status = 'dropped', dropped_at = now() where hash = (select tx_hash from payouts where id = $1)`,
      [payout.id],
    )
    expect(await gasOfToday()).toEqual({ spent: 0n, reserved: 0n })
    await trackRelays()
    const [mined] = await hashesOf(payout.id)
    const receipt = await chain.client.getTransactionReceipt({ hash: mined?.hash ?? '0x' })
    expect(await gasOfToday()).toEqual({
      spent: receipt.gasUsed * receipt.effectiveGasPrice,
      reserved: 0n,
    })
    await settle()
    await expectPaidOnce(payout)
  },
  MINUTES,
)
