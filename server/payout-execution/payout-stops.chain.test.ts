import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { registerRelayers, trackRelays } from '@/server/relayer'
import { kill } from '@/test/harness/payout-acts'
import {
  AMOUNT,
  ask,
  chain,
  enterOnly,
  expectEnded,
  expectPaidOnce,
  historyOf,
  mandateOf,
  openScene,
  outlive,
  round,
  rowOf,
  scene,
  setKilled,
  settle,
  signOnly,
} from '@/test/harness/payout-scene'
import { getPayoutExecution } from './get-payout-execution'

const MINUTES = 120_000

beforeAll(registerRelayers)
beforeEach(() => openScene())

async function one(statement: string, values: unknown[]): Promise<Record<string, unknown>> {
  const { rows } = await pool().query<Record<string, unknown>>(statement, values)
  if (!rows[0]) throw new Error('no row')
  return rows[0]
}

describe('the kill switch', () => {
  test(
    'ends what is authorized and what is being signed',
    async () => {
      const authorized = await ask()
      await setKilled(true)
      await round()
      await expectEnded(authorized, 'killed')
      await setKilled(false)
      const signing = await ask()
      await enterOnly()
      await setKilled(true)
      await round()
      await expectEnded(signing, 'signing_failed:killed')
      expect((await rowOf(signing.id)).signature).toBeNull()
    },
    MINUTES,
  )

  test(
    'ends what no signer has answered for: after the resume it is not signed and not paid',
    async () => {
      const payout = await ask()
      await enterOnly()
      const who = { workspaceId: scene.workspace.id, owner: scene.workspace.walletAddress }
      await kill(who, true)
      await kill(who, false)
      await settle()
      await expectEnded(payout, 'signing_failed:killed')
      expect(await rowOf(payout.id)).toMatchObject({ signature: null, nonce: null })
    },
    MINUTES,
  )

  test(
    'that comes while a signature is made drops it: nothing is stored, sent or paid',
    async () => {
      const payout = await ask()
      await enterOnly()
      const { lease_version: lease } = await one('select lease_version from payouts where id = $1', [
        payout.id,
      ])
      const who = { workspaceId: scene.workspace.id, owner: scene.workspace.walletAddress }
      await kill(who, true)
      await kill(who, false)
      const stored = await one(
        `select outcome from payout_store_signatures(array[$1::uuid], array[$2::integer], '{0x01}', '{4000000000}', '{0x02}', '{}')`,
        [payout.id, lease],
      )
      expect(stored).toEqual({ outcome: 'lease_lost' })
      await settle()
      await expectEnded(payout, 'signing_failed:killed')
    },
    MINUTES,
  )

  test(
    'holds back what is signed until it is lifted',
    async () => {
      const payout = await ask()
      await signOnly()
      await setKilled(true)
      await settle()
      expect(await rowOf(payout.id)).toMatchObject({ status: 'signed', waiting_for: 'kill_switch' })
      await setKilled(false)
      await settle()
      await expectPaidOnce(payout)
    },
    MINUTES,
  )

  test(
    'that is never lifted gives the budget of what is signed back once the authorization is provably dead',
    async () => {
      const payout = await ask()
      await signOnly()
      await setKilled(true)
      await outlive()
      await round()
      await expectEnded(payout, 'authorization_expired')
    },
    MINUTES,
  )

  test(
    'does not stop what is on its way',
    async () => {
      const payout = await ask()
      await chain.client.setAutomine(false)
      await round()
      await setKilled(true)
      await chain.client.setAutomine(true)
      await settle()
      await expectPaidOnce(payout)
    },
    MINUTES,
  )
})

describe('the time-out', () => {
  /** Sent, and dropped by every node. */
  async function lose() {
    const payout = await ask({ bizId: 'invoice-1' })
    await chain.client.setAutomine(false)
    await round()
    const { tx_hash: hash } = await rowOf(payout.id)
    await chain.client.dropTransaction({ hash: hash ?? '0x' })
    await pool().query(`update payouts set executed_at = now() - interval '1 hour' where id = $1`, [
      payout.id,
    ])
    await round()
    return payout
  }

  test(
    'is not an end: budget and bizId stay held, and what is paid after it is confirmed',
    async () => {
      const payout = await lose()
      expect(await rowOf(payout.id)).toMatchObject({
        status: 'failed',
        failure_reason: 'tx_confirmation_timeout',
      })
      expect((await mandateOf(scene.mandateId)).pending).toBe(AMOUNT)
      await expect(ask({ bizId: 'invoice-1' })).rejects.toThrow('biz_taken')
      const { rows } = await pool().query<{ type: string }>(
        'select type from webhook_events where payout_row_id = $1 order by created_at',
        [payout.id],
      )
      expect(rows.at(-1)).toEqual({ type: 'payout.confirmation_timeout' })
      expect(await getPayoutExecution({ payoutRowId: payout.id })).toMatchObject({
        onChain: { isUsed: false, isUsedAtFinal: false, isProvablyDead: false },
        transactions: [{ status: 'sent', carries: 1 }],
        next: { what: 'await_proof' },
      })
      // Quiet for so long that the same bytes are sent again.
      await pool().query(`update relayer_transactions set sent_at = now() - interval '15 seconds'`)
      await trackRelays()
      await chain.client.setAutomine(true)
      await settle()
      expect(await rowOf(payout.id)).toMatchObject({ status: 'confirmed', failure_reason: null })
      expect(await mandateOf(scene.mandateId)).toEqual({ spent: AMOUNT, pending: 0n })
      expect((await historyOf(payout.id)).slice(-3)).toEqual([
        'succeeded',
        'failed:tx_confirmation_timeout',
        'confirmed',
      ])
    },
    MINUTES,
  )

  test(
    'ends for good when a final block proves that it can never be paid',
    async () => {
      const payout = await lose()
      await outlive()
      await chain.client.setAutomine(true)
      await round()
      await expectEnded(payout, 'authorization_expired')
      expect(await ask({ bizId: 'invoice-1' })).toMatchObject({ amount: AMOUNT })
    },
    MINUTES,
  )
})
