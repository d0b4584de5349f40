import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { localRelayerAddress } from '@/domain/local-accounts'
import { pool } from '@/server/core/db'
import { interposeRpc, refuseToSend } from '@/test/harness/interpose-rpc'

const MINUTES = 180_000

const line = await interposeRpc()
const { checkPayouts } = await import('@/server/checker')
const { env } = await import('@/server/core/env')
const { registerRelayers, trackRelays } = await import('@/server/relayer')
const { ask, chain, expectPaidOnce, hashesOf, openScene, round, rowOf, scene, settle, withFault } =
  await import('@/test/harness/payout-scene')
const { insertFill } = await import('./prepare-repository')
const { FILL_GAS_LIMIT, MAX_NONCES_AHEAD } = await import('./relayer')
const { relayerAccounts } = await import('./relayer-accounts')
const { signFill } = await import('./sign-relay')

const GWEI = 1_000_000_000n
const relayer = localRelayerAddress.toLowerCase()

beforeAll(registerRelayers)
beforeEach(async () => {
  await setBaseFee(GWEI)
  await openScene()
})
afterEach(async () => {
  line.interpose = null
  await chain.client.setAutomine(true)
  await setBaseFee(GWEI)
})
afterAll(() => line.stop())

async function setBaseFee(baseFeePerGas: bigint) {
  await chain.client.setNextBlockBaseFeePerGas({ baseFeePerGas })
  await chain.mine(1)
}

const minedCount = () => chain.client.getTransactionCount({ address: localRelayerAddress })

/** What is open was stored or sent so many seconds earlier. */
async function ageOpen(seconds: number) {
  await pool().query(
    `update relayer_transactions set sent_at = sent_at - make_interval(secs => $1), created_at = created_at - make_interval(secs => $1)
     where status in ('prepared', 'sent')`,
    [seconds],
  )
}

async function transactionsFrom(nonce: number): Promise<{ purpose: string; status: string }[]> {
  const { rows } = await pool().query<{ purpose: string; status: string }>(
    'select purpose, status from relayer_transactions where relayer = $1 and nonce >= $2 order by nonce, created_at, id',
    [relayer, nonce],
  )
  return rows
}

/** As many nonces as are taken ahead have bytes, all of them given up long ago, as by a worker that did not have the key. */
async function giveUpAllNonces() {
  const { chainId } = env().NETWORK
  const [account] = relayerAccounts()
  if (!account) throw new Error('no relayer key')
  const fees = { maxFeePerGas: 10n * GWEI, maxPriorityFeePerGas: GWEI }
  const first = BigInt(await minedCount())
  for (let nonce = first; nonce < first + BigInt(MAX_NONCES_AHEAD); nonce += 1n) {
    const signed = await signFill({ account, nonce, fees })
    await insertFill({ chainId, relayer, nonce, fees, ...signed, gasLimit: FILL_GAS_LIMIT })
  }
  await pool().query(
    `update relayer_transactions set status = 'dropped', dropped_at = now() - interval '1 hour', created_at = created_at - interval '1 hour'
     where relayer = $1 and status in ('prepared', 'sent')`,
    [relayer],
  )
}

test(
  'a key whose nonces were all given up, with nothing open, is reported while it stands still, and sends again',
  async () => {
    await giveUpAllNonces()
    const payout = await ask()
    await round()
    expect(await rowOf(payout.id)).toMatchObject({ status: 'authorized', waiting_for: 'relayer_busy' })
    line.interpose = refuseToSend
    await trackRelays()
    const { findings } = await checkPayouts()
    expect(findings).toContainEqual(expect.objectContaining({ kind: 'relayer_stuck', subject: relayer }))
    line.interpose = null
    await settle(5)
    await expectPaidOnce(payout)
  },
  MINUTES,
)

test(
  'bytes that no node took before the price rose above them go out with a higher fee, and what is behind them as well',
  async () => {
    line.interpose = refuseToSend
    const first = await ask()
    await round()
    await setBaseFee(20n * GWEI)
    const second = await ask()
    await round()
    line.interpose = null
    await trackRelays()
    expect(await hashesOf(first.id)).toMatchObject([{ status: 'prepared' }])
    await ageOpen(25)
    await trackRelays()
    expect(await hashesOf(first.id)).toMatchObject([{ status: 'replaced' }, { status: 'sent' }])
    await settle()
    await expectPaidOnce(first)
    await expectPaidOnce(second)
    expect(await hashesOf(second.id)).toHaveLength(1)
  },
  MINUTES,
)

test(
  'bytes that no node takes for another reason than their fee keep it',
  async () => {
    line.interpose = refuseToSend
    const payout = await ask()
    await round()
    await ageOpen(25)
    for (let n = 0; n < 3; n += 1) await trackRelays()
    expect(await hashesOf(payout.id)).toMatchObject([{ status: 'prepared' }])
    line.interpose = null
    await settle()
    await expectPaidOnce(payout)
  },
  MINUTES,
)

test(
  'payouts that no node takes for minutes, whatever for, leave their nonce to a fill, and are paid once by a new transaction',
  async () => {
    const nonce = await minedCount()
    line.interpose = refuseToSend
    const payout = await ask()
    await round()
    await ageOpen(400)
    await trackRelays()
    expect(await transactionsFrom(nonce)).toEqual([
      { purpose: 'payout', status: 'replaced' },
      { purpose: 'fill', status: 'prepared' },
    ])
    line.interpose = null
    await settle(4)
    await expectPaidOnce(payout)
    await expectGasBalanced()
  },
  MINUTES,
)

test(
  'payouts that were given up are not sent again beside the transaction that carries them by then: their nonce is filled',
  async () => {
    const nonce = await minedCount()
    line.interpose = refuseToSend
    const payouts = await Promise.all([ask(), ask()])
    await round()
    await pool().query(
      `update relayer_transactions set status = 'dropped', dropped_at = now() - interval '1 hour' where status = 'prepared'`,
    )
    await round()
    line.interpose = null
    await settle(4)
    for (const payout of payouts) await expectPaidOnce(payout)
    expect(await transactionsFrom(nonce)).toEqual([
      { purpose: 'payout', status: 'replaced' },
      { purpose: 'fill', status: 'mined' },
      { purpose: 'payout', status: 'mined' },
    ])
    await expectGasBalanced()
  },
  MINUTES,
)

/** Gas of the day, which must be what the mined transactions of the scene's payouts cost. */
async function expectGasBalanced() {
  const { rows } = await pool().query<{ spent: bigint; reserved: bigint; cost: bigint }>(
    `select sum(d.spent_wei)::numeric as spent, sum(d.reserved_wei)::numeric as reserved,
       (select sum(t.fee_wei) from relayer_transactions t where t.workspace_id = $1 and t.status = 'mined')::numeric as cost
     from workspace_gas_days d where d.workspace_id = $1`,
    [scene.workspace.id],
  )
  const [gas] = rows
  expect(gas?.reserved).toBe(0n)
  expect(gas?.spent).toBe(gas?.cost)
}

/** A batch that may not offer what a block takes at 25 gwei: that would be more than a raised transaction may cost. */
const askMany = () => Promise.all(Array.from({ length: 20 }, () => ask()))
const TOO_DEAR = 25n * GWEI

test(
  'a batch that no node took and whose fee may not be raised any more gives up its nonce, and is paid once by a new transaction',
  async () => {
    const nonce = await minedCount()
    line.interpose = refuseToSend
    const payouts = await askMany()
    await round()
    expect(await transactionsFrom(nonce)).toMatchObject([{ purpose: 'payout', status: 'prepared' }])
    await setBaseFee(TOO_DEAR)
    await ageOpen(25)
    line.interpose = null
    await trackRelays()
    expect(await transactionsFrom(nonce)).toMatchObject([
      { purpose: 'payout', status: 'replaced' },
      { purpose: 'fill', status: 'sent' },
    ])
    expect(await minedCount()).toBe(nonce + 1)
    await setBaseFee(GWEI)
    await settle(4)
    for (const payout of payouts) await expectPaidOnce(payout)
    expect(await transactionsFrom(nonce)).toMatchObject([
      { status: 'replaced' },
      { purpose: 'fill', status: 'mined' },
      { purpose: 'payout', status: 'mined' },
    ])
    await expectGasBalanced()
  },
  MINUTES,
)

test(
  'a batch that was sent, is passed over and may not offer more gives up its nonce as well, whatever is behind it goes on',
  async () => {
    await chain.client.setAutomine(false)
    const nonce = await minedCount()
    const payouts = await askMany()
    await round()
    expect(await transactionsFrom(nonce)).toMatchObject([{ purpose: 'payout', status: 'sent' }])
    await setBaseFee(TOO_DEAR)
    await ageOpen(25)
    await trackRelays()
    for (let n = 0; n < 3; n += 1) await setBaseFee(TOO_DEAR)
    await trackRelays()
    expect(await transactionsFrom(nonce)).toMatchObject([
      { purpose: 'payout', status: 'replaced' },
      { purpose: 'fill', status: 'sent' },
    ])
    await chain.client.setAutomine(true)
    await setBaseFee(GWEI)
    await settle(4)
    for (const payout of payouts) await expectPaidOnce(payout)
    await expectGasBalanced()
  },
  MINUTES,
)

test(
  'a transaction whose end cannot be recorded holds up none behind it, and is reported when it lasts',
  async () => {
    const first = await ask()
    await round()
    const second = await ask()
    await round()
    const [bad] = await hashesOf(first.id)
    await withFault(
      {
        event: 'update',
        table: 'relayer_transactions',
        when: `new.status = 'mined' and new.hash = '${bad?.hash}'`,
      },
      trackRelays,
    )
    expect(await hashesOf(first.id)).toMatchObject([{ status: 'sent' }])
    expect(await hashesOf(second.id)).toMatchObject([{ status: 'mined' }])
    await ageOpen(600)
    const { findings } = await checkPayouts()
    expect(findings).toContainEqual(expect.objectContaining({ kind: 'relayer_stuck', subject: relayer }))
    await settle()
    await expectPaidOnce(first)
    await expectPaidOnce(second)
  },
  MINUTES,
)
