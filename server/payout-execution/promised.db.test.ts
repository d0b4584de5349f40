import { beforeEach, describe, expect, test } from 'vitest'
import { sumPromised } from '@/server/approvals/approval-repository'
import { pool } from '@/server/core/db'
import { raiseAlarm } from '@/server/instance'
import { testSignature } from '@/test/harness/payout-books'
import { movePayoutRow } from '@/test/harness/payout-rows'
import { AMOUNT, ask, openScene, rowOf, scene } from '@/test/harness/payout-scene'
import { enterSigning, listPromised } from './payout-step-repository'

const chainId = 31337
const GAS = { allowance: 10n ** 18n, each: 0n, keys: [] }
const BLOCK = 100n

beforeEach(() => openScene({ funds: 0n }))

async function enterExactly(id: string, held: bigint, listed: readonly string[]) {
  const lease = { id, leaseVersion: 0, held }
  return (await enterSigning([lease], { block: BLOCK, paid: [], listed }, GAS)).get(id)
}

async function askConfirmed() {
  const payout = await ask()
  const move = (from: string, to: string, changes: object = {}) =>
    movePayoutRow(payout.id, to, { from, changes })
  await move('authorized', 'signing')
  await move('signing', 'signed', testSignature())
  await move('signed', 'broadcasting')
  await move('broadcasting', 'succeeded', { blockNumber: '5' })
  await move('succeeded', 'confirmed')
  return payout
}

const promisedBy = {
  wallet: async () => {
    const { rows } = await pool().query<{ promised: bigint }>(
      'select managed_wallet_promised($1, $2, $3) as promised',
      [chainId, scene.wallet, BLOCK],
    )
    return rows[0]?.promised
  },
  approvals: async () => (await sumPromised({ chainId, fromAddress: scene.wallet })).reserved,
  worker: async () => (await listPromised({ chainId, wallets: [scene.wallet] })).map(({ id }) => id),
}

describe('a confirmed payout that the chain took back', () => {
  const isCounted = async () => ({
    wallet: await promisedBy.wallet(),
    approvals: await promisedBy.approvals(),
    worker: await promisedBy.worker(),
  })
  const takeBack = (id: string) =>
    raiseAlarm({
      ...{ kind: 'payout_reorganised', subject: id, workspaceId: scene.workspace.id },
      ...{ severity: 'critical', message: 'Taken back' },
    })

  test('is promised again: what the wallet holds is not given to another payout too', async () => {
    const { id } = await askConfirmed()
    expect(await isCounted()).toEqual({ wallet: 0n, approvals: 0n, worker: [] })
    await takeBack(id)
    expect(await isCounted()).toEqual({ wallet: AMOUNT, approvals: AMOUNT, worker: [id] })
    const next = await ask()
    expect(await enterExactly(next.id, AMOUNT, [id])).toBe('insufficient_funds')
    const other = await ask()
    expect(await enterExactly(other.id, 2n * AMOUNT, [id])).toBe('signing')
  })

  test('is promised no more once it is final, or nothing can pay it any more', async () => {
    const [final, gone] = [await askConfirmed(), await askConfirmed()]
    for (const { id } of [final, gone]) await takeBack(id)
    await pool().query('update payouts set finalized_at = now() where id = $1', [final.id])
    await pool().query(`update payouts set waiting_for = 'reorganised_for_good' where id = $1`, [gone.id])
    expect(await isCounted()).toEqual({ wallet: 0n, approvals: 0n, worker: [] })
  })

  test('counts once when its old block is newer than the balance', async () => {
    const { id } = await askConfirmed()
    await pool().query('update payouts set block_number = $2 where id = $1', [id, BLOCK + 1n])
    await takeBack(id)
    expect(await promisedBy.wallet()).toBe(AMOUNT)
  })
})

describe('what another round promised after the list was read', () => {
  test('may be paid in the balance already: it fails nothing for want of money, unless that decides nothing', async () => {
    const [other, payout] = [await ask(), await ask()]
    await movePayoutRow(other.id, 'signing', { from: 'authorized' })
    expect(await enterExactly(payout.id, AMOUNT, [])).toBe('stale')
    expect(await rowOf(payout.id)).toMatchObject({ status: 'authorized' })
    expect(await enterExactly(payout.id, AMOUNT - 1n, [])).toBe('insufficient_funds')
    const third = await ask()
    expect(await enterExactly(third.id, AMOUNT, [other.id])).toBe('insufficient_funds')
    const fourth = await ask()
    expect(await enterExactly(fourth.id, 2n * AMOUNT, [])).toBe('signing')
  })
})
