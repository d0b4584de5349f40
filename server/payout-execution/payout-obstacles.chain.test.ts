import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { sealPrivateKey } from '@/server/managed-wallets/seal-private-key'
import { registerRelayers } from '@/server/relayer'
import { TEST_WALLET_ENCRYPTION_KEY, testKey } from '@/test/harness/managed-wallets'
import {
  AMOUNT,
  ask,
  enterOnly,
  expectEnded,
  expectPaidOnce,
  mandateOf,
  openAlarms,
  openScene,
  outlive,
  round,
  rowOf,
  scene,
  setBlocked,
  setTokenPaused,
  settle,
  signOnly,
  USDC,
} from '@/test/harness/payout-scene'
import { expirePayouts } from './expire-payouts'

const MINUTES = 120_000

beforeAll(registerRelayers)
beforeEach(() => openScene())

describe('before the signature', () => {
  test(
    'a wallet short of USDC: nothing is signed, and the budget is back at once',
    async () => {
      await openScene({ funds: AMOUNT - 1n })
      const payout = await ask()
      await round()
      await expectEnded(payout, 'insufficient_funds')
      expect(await rowOf(payout.id)).toMatchObject({ nonce: null, signature: null })
    },
    MINUTES,
  )

  test(
    'enough for one of two at once: one is paid, the other fails and was never signed',
    async () => {
      await openScene({ funds: AMOUNT + USDC })
      const payouts = [await ask(), await ask()]
      await round()
      await settle()
      const rows = await Promise.all(payouts.map(({ id }) => rowOf(id)))
      expect(rows.map(({ status }) => status).sort()).toEqual(['confirmed', 'failed'])
      expect(rows.find(({ status }) => status === 'failed')).toMatchObject({
        failure_reason: 'insufficient_funds',
        nonce: null,
      })
      expect(await mandateOf(scene.mandateId)).toEqual({ spent: AMOUNT, pending: 0n })
    },
    MINUTES,
  )

  test(
    'an expired payout is not signed; one that nobody approved in time ends by the sweep',
    async () => {
      const authorized = await ask()
      const pending = await ask({ mandateId: null })
      await pool().query(`update payouts set expires_at = now() - interval '1 second' where id = any($1)`, [
        [authorized.id, pending.id],
      ])
      // The worker, which asks the chain first, has its turn before the sweep.
      expect(await expirePayouts()).toBe(1)
      expect(await rowOf(pending.id)).toMatchObject({ status: 'failed', failure_reason: 'expired' })
      await round()
      await expectEnded(authorized, 'expired')
    },
    MINUTES,
  )

  test(
    'a recipient that USDC blocked: nothing is signed',
    async () => {
      const payout = await ask()
      await setBlocked(payout.to, true)
      await round()
      await expectEnded(payout, 'signing_failed:recipient_blocked')
      expect((await rowOf(payout.id)).nonce).toBeNull()
    },
    MINUTES,
  )

  test(
    'a paused token: it waits with an alarm, and is paid when the pause ends',
    async () => {
      const payout = await ask()
      await setTokenPaused(true)
      await round()
      expect(await rowOf(payout.id)).toMatchObject({ status: 'authorized', waiting_for: 'token_paused' })
      expect(await openAlarms(payout.id)).toEqual(['payout_waits'])
      await setTokenPaused(false)
      await settle()
      await expectPaidOnce(payout)
    },
    MINUTES,
  )

  test(
    'a mandate that is revoked or disabled: the payout ends with its reason',
    async () => {
      const revoked = await ask()
      await changeMandate(`status = 'revoked', revoked_at = now()`)
      await round()
      await expectEnded(revoked, 'mandate_revoked')
      await openScene()
      const disabled = await ask()
      await changeMandate('is_enabled = false')
      await round()
      await expectEnded(disabled, 'mandate_disabled')
    },
    MINUTES,
  )

  test(
    'a mandate that is revoked while the payout is being signed: the signature is never stored',
    async () => {
      const payout = await ask()
      await enterOnly()
      expect((await rowOf(payout.id)).status).toBe('signing')
      await changeMandate(`status = 'revoked', revoked_at = now()`)
      await round()
      await expectEnded(payout, 'signing_failed:mandate_revoked')
      expect((await rowOf(payout.id)).signature).toBeNull()
    },
    MINUTES,
  )

  test(
    'a key of another wallet: what it signs is never stored, and the payout waits with a critical alarm for the right one',
    async () => {
      const payout = await ask()
      const key = await keyReferenceOf(scene.wallet)
      await sealKey(testKey('another').privateKey)
      await round()
      expect(await rowOf(payout.id)).toMatchObject({
        status: 'signing',
        waiting_for: 'wrong_signature',
        signature: null,
      })
      const { rows } = await pool().query(
        'select kind, severity from alarms where subject = $1 and resolved_at is null',
        [payout.id],
      )
      expect(rows).toEqual([{ kind: 'payout_waits', severity: 'critical' }])
      await pool().query('update managed_wallets set key_reference = $2 where address = $1', [
        scene.wallet,
        key,
      ])
      await settle()
      await expectPaidOnce(payout)
    },
    MINUTES,
  )

  test(
    'a key that no worker has: it waits with an alarm until it expires',
    async () => {
      const payout = await ask()
      await pool().query(`update managed_wallets set key_reference = 'none' where address = $1`, [
        scene.wallet,
      ])
      await round()
      expect(await rowOf(payout.id)).toMatchObject({ status: 'signing', waiting_for: 'wallet_key' })
      expect(await openAlarms(payout.id)).toEqual(['payout_waits'])
      await pool().query(`update payouts set expires_at = now() where id = $1`, [payout.id])
      await round()
      await expectEnded(payout, 'signing_failed:expired')
    },
    MINUTES,
  )

  test(
    'a day’s gas that is spent: the payout waits unsigned for longer than a signature lives, those of other workspaces do not',
    async () => {
      const waiting = await ask()
      await spendGas(env().GAS_ALLOWANCE_WEI_PER_DAY)
      const poor = scene.workspace.id
      await openScene()
      const other = await ask()
      await settle()
      await expectPaidOnce(other)
      expect(await rowOf(waiting.id)).toMatchObject({
        status: 'authorized',
        waiting_for: 'gas_allowance',
        signature: null,
      })
      await outlive()
      await round()
      await pool().query('update workspace_gas_days set day = day - 1 where workspace_id = $1', [poor])
      await settle()
      await expectPaidOnce(waiting)
    },
    MINUTES,
  )

  test(
    'a day’s gas that is left for one of two: one is signed, the other waits until the first has cost what it costs',
    async () => {
      const payouts = [await ask(), await ask()]
      // Less than one costs at most, and more than it does cost.
      await spendGas(env().GAS_ALLOWANCE_WEI_PER_DAY - 10n ** 14n)
      await signOnly()
      const rows = await Promise.all(payouts.map(({ id }) => rowOf(id)))
      expect(rows.map(({ status }) => status).sort()).toEqual(['authorized', 'signed'])
      await round()
      await pool().query('update workspace_gas_days set spent_wei = 0')
      await settle()
      for (const payout of payouts) await expectPaidOnce(payout)
    },
    MINUTES,
  )
})

/** Wei of the scene's workspace, today. */
const spendGas = (wei: bigint) =>
  pool().query(
    `insert into workspace_gas_days (workspace_id, day, spent_wei) values ($1, (now() at time zone 'UTC')::date, $2)`,
    [scene.workspace.id, wei],
  )

const changeMandate = (change: string) =>
  pool().query(`update mandates set ${change} where id = $1`, [scene.mandateId])

async function keyReferenceOf(address: string): Promise<string | undefined> {
  const { rows } = await pool().query<{ key: string }>(
    'select key_reference as key from managed_wallets where address = $1',
    [address],
  )
  return rows[0]?.key
}

async function sealKey(privateKey: `0x${string}`) {
  const sealed = sealPrivateKey({
    encryptionKey: TEST_WALLET_ENCRYPTION_KEY,
    address: scene.wallet,
    privateKey,
  })
  await pool().query('update managed_wallets set key_reference = $2 where address = $1', [
    scene.wallet,
    sealed,
  ])
}

describe('after the signature', () => {
  test(
    'a paused token: it waits with a note, then it is paid',
    async () => {
      const payout = await ask()
      await signOnly()
      await setTokenPaused(true)
      await round()
      expect((await rowOf(payout.id)).waiting_for).toMatch(/^would_revert: .*paused/)
      await setTokenPaused(false)
      await settle()
      await expectPaidOnce(payout)
    },
    MINUTES,
  )
})
