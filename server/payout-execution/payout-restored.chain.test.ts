// A backup that was restored does not know what had been paid.
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { registerRelayers } from '@/server/relayer'
import { movePayoutRow } from '@/test/harness/payout-rows'
import { AMOUNT, ask, forget, held, openScene, round, rowOf, settle } from '@/test/harness/payout-scene'
import { advanceDuePayouts } from './advance-payouts'
import { expirePayouts } from './expire-payouts'

const MINUTES = 120_000

beforeAll(registerRelayers)
beforeEach(() => openScene({ funds: 2n * AMOUNT }))

test(
  'an expired payout is never ended without asking the chain: one that was paid before is confirmed',
  async () => {
    const paid = await ask()
    await round()
    await forget(paid.id)
    const unpaid = await ask()
    await pool().query(`update payouts set expires_at = now() - interval '1 minute' where id = any($1)`, [
      [paid.id, unpaid.id],
    ])
    expect(await expirePayouts()).toBe(0)
    await round()
    await settle()
    expect(await rowOf(paid.id)).toMatchObject({ status: 'confirmed' })
    expect(await held(paid.to)).toBe(AMOUNT)
    expect(await rowOf(unpaid.id)).toMatchObject({ status: 'failed', failure_reason: 'expired' })
  },
  MINUTES,
)

test(
  'what the backup left in `signing`, without a nonce, and the chain paid takes no money from the next payout',
  async () => {
    const paid = await ask()
    await round()
    await forget(paid.id)
    await movePayoutRow(paid.id, 'signing', { from: 'authorized' })
    await pool().query(`update payouts set lease_until = now() + interval '1 minute' where id = $1`, [
      paid.id,
    ])
    const next = await ask()
    await advanceDuePayouts()
    expect(await rowOf(next.id)).toMatchObject({ status: 'succeeded' })
    await settle()
    for (const { id } of [paid, next]) expect(await rowOf(id)).toMatchObject({ status: 'confirmed' })
    for (const { to } of [paid, next]) expect(await held(to)).toBe(AMOUNT)
  },
  MINUTES,
)
