import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { registerRelayers, trackRelays } from '@/server/relayer'
import {
  AMOUNT,
  askRefund,
  chain,
  expectPaidOnce,
  held,
  openScene,
  rowOf,
  settle,
  withFault,
} from '@/test/harness/withdrawal-scene'
import { findUnbalanced, sumAccounts } from '@/test/harness/withdrawals'
import { claimDueWithdrawals } from './due-withdrawal-repository'
import { relayWithdrawals } from './relay-withdrawals'

beforeAll(registerRelayers)
beforeEach(openScene)

describe('a crash', () => {
  test.each([
    [
      'before the signature is stored',
      { event: 'update', table: 'withdrawals', when: "new.status = 'signed'" },
    ],
    ['before the transaction is stored', { event: 'insert', table: 'relayer_transactions' }],
    [
      'after sending, before it is known',
      { event: 'update', table: 'relayer_transactions', when: "new.status = 'sent'" },
    ],
    [
      'before it is known as mined',
      { event: 'update', table: 'relayer_transactions', when: "new.status = 'mined'" },
    ],
    [
      'before the confirmation is stored',
      { event: 'update', table: 'withdrawals', when: "new.status = 'confirmed'" },
    ],
    [
      'between the confirmation and its ledger entry',
      { event: 'insert', table: 'ledger_transfers', when: "new.kind = 'withdrawal_paid'" },
    ],
    [
      'before it is known as final',
      {
        event: 'update',
        table: 'withdrawals',
        when: 'new.finalized_at is not null and old.finalized_at is null',
      },
    ],
    [
      'before a lease is given back',
      {
        event: 'update',
        table: 'withdrawals',
        when: 'new.lease_until is null and old.lease_until is not null',
      },
    ],
  ])('%s never pays twice and never loses the money', async (_, when) => {
    const refund = await askRefund()
    await withFault(when, async () => {
      await relayWithdrawals().catch(() => {})
      await chain.mine(3)
      await trackRelays().catch(() => {})
      await pool().query(`update withdrawals set next_try_at = null where id = $1 and lease_until is null`, [
        refund.id,
      ])
      await relayWithdrawals().catch(() => {})
    })
    await settle()
    await expectPaidOnce(refund)
  })

  test('of a worker that has claimed it leaves it to the next one', async () => {
    const refund = await askRefund()
    expect(await claimDueWithdrawals({ limit: 10, leaseSeconds: 30 })).toHaveLength(1)
    await relayWithdrawals()
    expect((await rowOf(refund.id)).status).toBe('requested')
    await pool().query(`update withdrawals set lease_until = now() - interval '1 second'`)
    await relayWithdrawals()
    await settle()
    await expectPaidOnce(refund)
  })

  test('between storing and sending is made good with the stored bytes', async () => {
    const refund = await askRefund()
    await chain.client.setAutomine(false)
    await relayWithdrawals()
    const { tx_hash: hash } = await rowOf(refund.id)
    await chain.client.dropTransaction({ hash: hash as `0x${string}` })
    await pool().query(
      `update relayer_transactions set status = 'prepared', sent_at = null where hash = $1`,
      [hash],
    )
    await chain.client.setAutomine(true)
    await settle()
    await expectPaidOnce(refund)
    expect((await rowOf(refund.id)).tx_hash).toBe(hash)
  })

  test('after which a backup from before the signature is restored does not pay again', async () => {
    const refund = await askRefund()
    await relayWithdrawals()
    expect(await held(refund.to)).toBe(AMOUNT)
    await pool().query(
      `update withdrawals set status = 'requested', nonce = null, valid_before = null, signature = null, tx_hash = null where id = $1`,
      [refund.id],
    )
    await pool().query(`delete from relayer_transactions where reference = $1`, [refund.id])
    await settle()
    await expectPaidOnce(refund)
  })

  test('by kill -9 of the worker at any time pays each of six once', async () => {
    const refunds: { id: string; to: `0x${string}` }[] = []
    for (let n = 0; n < 6; n += 1) {
      await openScene()
      refunds.push(await askRefund())
    }
    await chain.client.setAutomine(false)
    // Each life is a little longer than the last, so that they end in different steps.
    for (const milliseconds of [0, 10, 25, 45, 70, 100]) {
      await liveAndDie(milliseconds)
      await pool().query('update withdrawals set next_try_at = null, lease_until = null')
      await chain.mine(2)
    }
    await chain.client.setAutomine(true)
    await settle(6)
    for (const { id, to } of refunds) {
      expect(await rowOf(id)).toMatchObject({ status: 'confirmed', failure_reason: null })
      expect(await held(to)).toBe(AMOUNT)
    }
    expect(await sumAccounts('refunds')).toBe(0n)
    expect(await findUnbalanced()).toEqual([])
  }, 300_000)
})

/** A worker of its own process that is killed so long after it began to work. */
async function liveAndDie(milliseconds: number) {
  const worker = spawn(process.execPath, ['--import', 'tsx', 'test/harness/run-withdrawals.ts'], {
    env: process.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(worker, 'exit')
  try {
    await once(worker.stdout, 'data')
    await sleep(milliseconds)
  } finally {
    worker.kill('SIGKILL')
    await ended
  }
}
