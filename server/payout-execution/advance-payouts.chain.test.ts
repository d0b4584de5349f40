import pg from 'pg'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { registerRelayers, trackRelays } from '@/server/relayer'
import { randomAddress } from '@/test/harness/factories'
import {
  AMOUNT,
  ask,
  chain,
  expectEnded,
  expectPaidOnce,
  hashesOf,
  held,
  historyOf,
  mandateOf,
  openAlarms,
  openScene,
  outlive,
  round,
  rowOf,
  scene,
  settle,
  signOnly,
  USDC,
  withFault,
} from '@/test/harness/payout-scene'
import { until } from '@/test/harness/until'
import { advanceDuePayouts } from './advance-payouts'

const MINUTES = 120_000

beforeAll(registerRelayers)
beforeEach(() => openScene())

describe('a payout', () => {
  test(
    'is signed, sent, confirmed three blocks deep and watched until it is final',
    async () => {
      const payout = await ask()
      await round()
      expect(await historyOf(payout.id)).toEqual([
        'authorized',
        'signing',
        'signed',
        'broadcasting',
        'succeeded',
      ])
      expect((await rowOf(payout.id)).executed_at).not.toBeNull()
      await chain.mine(1)
      await round()
      expect(await rowOf(payout.id)).toMatchObject({ status: 'succeeded', confirmations: 2 })
      expect(await mandateOf(scene.mandateId)).toEqual({ spent: 0n, pending: AMOUNT })
      await chain.mine(1)
      await round()
      expect(await rowOf(payout.id)).toMatchObject({ status: 'confirmed', confirmations: 3 })
      expect(await mandateOf(scene.mandateId)).toEqual({ spent: AMOUNT, pending: 0n })
      await settle()
      await expectPaidOnce(payout)
    },
    MINUTES,
  )

  test(
    'of eight workers at once is paid once, by one transaction',
    async () => {
      const payout = await ask()
      await Promise.all(Array.from({ length: 8 }, () => advanceDuePayouts()))
      await settle()
      await expectPaidOnce(payout)
      expect(await hashesOf(payout.id)).toHaveLength(1)
    },
    MINUTES,
  )

  test(
    'that a stranger sends first is confirmed with the stranger’s hash',
    async () => {
      const payout = await ask()
      await signOnly()
      const stranger = randomAddress()
      await chain.fund(stranger, 0n)
      const receipt = await chain.sendAuthorization(stranger, await authorizationOf(payout.id))
      await settle()
      await expectPaidOnce(payout)
      expect((await rowOf(payout.id)).tx_hash).toBe(receipt.transactionHash)
      expect(await hashesOf(payout.id)).toEqual([])
    },
    MINUTES,
  )

  test(
    'after a backup from before its signature is restored is not paid again, even if it has expired since',
    async () => {
      const payout = await ask()
      await round()
      expect(await held(payout.to)).toBe(AMOUNT)
      await pool().query(`alter table payouts disable trigger payouts_edges`)
      await pool().query(
        `update payouts set status = 'authorized', nonce = null, valid_before = null, signature = null, tx_hash = null,
         executed_at = null, expires_at = now() - interval '1 second' where id = $1`,
        [payout.id],
      )
      await pool().query(`alter table payouts enable trigger payouts_edges`)
      await pool().query('delete from payout_relays where payout_row_id = $1', [payout.id])
      await settle()
      expect(await rowOf(payout.id)).toMatchObject({ status: 'confirmed', waiting_for: null })
      expect(await held(payout.to)).toBe(AMOUNT)
      expect(await hashesOf(payout.id)).toEqual([])
    },
    MINUTES,
  )
})

async function authorizationOf(id: string) {
  const { from_address: from, to_address: to, amount: value, ...row } = await rowOf(id)
  if (!row.nonce || !row.valid_before || !row.signature) throw new Error('not signed')
  return { from, to, value, nonce: row.nonce, validBefore: row.valid_before, signature: row.signature }
}

describe('a reorganisation', () => {
  test(
    'before the confirmation sends the same bytes again',
    async () => {
      const payout = await ask()
      await round()
      await trackRelays()
      const { tx_hash: hash } = await rowOf(payout.id)
      await chain.reorg(1)
      expect(await held(payout.to)).toBe(0n)
      await round()
      expect((await rowOf(payout.id)).status).toBe('succeeded')
      await settle()
      await expectPaidOnce(payout)
      expect((await rowOf(payout.id)).tx_hash).toBe(hash)
      expect(await hashesOf(payout.id)).toHaveLength(1)
    },
    MINUTES,
  )

  async function confirmNotFinal() {
    const payout = await ask()
    await round()
    await chain.mine(3)
    await trackRelays()
    await withFault(
      {
        event: 'update',
        table: 'payouts',
        when: 'new.finalized_at is not null and old.finalized_at is null',
      },
      round,
    )
    expect(await rowOf(payout.id)).toMatchObject({ status: 'confirmed', finalized_at: null })
    return payout
  }

  test(
    'after the confirmation raises an alarm, sends the same bytes again and pays once',
    async () => {
      const payout = await confirmNotFinal()
      const { tx_hash: hash } = await rowOf(payout.id)
      await chain.client.setAutomine(false)
      await chain.reorg(4)
      await trackRelays()
      await round()
      expect(await openAlarms(payout.id)).toEqual(['payout_reorganised'])
      expect(await rowOf(payout.id)).toMatchObject({ status: 'confirmed', finalized_at: null })
      await chain.client.setAutomine(true)
      await settle()
      await expectPaidOnce(payout)
      expect((await rowOf(payout.id)).tx_hash).toBe(hash)
      expect(await mandateOf(scene.mandateId)).toEqual({ spent: AMOUNT, pending: 0n })
    },
    MINUTES,
  )

  test(
    'after the confirmation that nobody undoes in time leaves its alarm open',
    async () => {
      const payout = await confirmNotFinal()
      await chain.reorg(4)
      await outlive()
      await round()
      expect(await rowOf(payout.id)).toMatchObject({
        status: 'confirmed',
        finalized_at: null,
        waiting_for: 'reorganised_for_good',
      })
      expect(await openAlarms(payout.id)).toContain('payout_reorganised')
    },
    MINUTES,
  )
})

test(
  'a wallet that pays all it has, one payout after the other, never fails one for money that it had',
  async () => {
    await openScene({ funds: 3n * AMOUNT })
    const first = await ask()
    await round()
    // Mined, and not yet confirmed: the chain holds less already, and the reservation must not count it again.
    const second = await ask({ amount: 2n * AMOUNT })
    await round()
    expect((await rowOf(second.id)).status).toBe('succeeded')
    await settle()
    await expectPaidOnce(first)
    await expectPaidOnce(second)
    const third = await ask({ amount: USDC })
    await round()
    await expectEnded(third, 'insufficient_funds')
  },
  MINUTES,
)

test(
  'a round whose step takes long keeps its leases, so that what it does is committed',
  async () => {
    const payout = await ask()
    const blocker = new pg.Client({ connectionString: env().DATABASE_URL })
    await blocker.connect()
    await blocker.query('begin')
    await blocker.query('select 1 from managed_wallets where address = $1 for update', [scene.wallet])
    const leaseOf = async () => {
      const { rows } = await pool().query<{ lease_until: Date | null }>(
        'select lease_until from payouts where id = $1',
        [payout.id],
      )
      return rows[0]?.lease_until?.getTime() ?? 0
    }
    const running = advanceDuePayouts()
    const first = await until('it is leased', leaseOf, 30)
    await until('the lease is renewed', async () => (await leaseOf()) > first, 60)
    await blocker.query('commit')
    await blocker.end()
    await running
    expect((await rowOf(payout.id)).status).toBe('succeeded')
    await settle()
    await expectPaidOnce(payout)
  },
  MINUTES,
)
