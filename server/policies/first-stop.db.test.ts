import { randomBytes, randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { createTestWorkspace, randomAddress, type TestWorkspace } from '@/test/harness/factories'
import { testSignature } from '@/test/harness/payout-books'
import { movePayoutRow } from '@/test/harness/payout-rows'
import { createPendingPayout, type PendingPayout } from '@/test/harness/pending-payouts'
import { until } from '@/test/harness/until'

let workspace: TestWorkspace
let payout: PendingPayout

beforeEach(async () => {
  workspace = await createTestWorkspace()
  payout = await createPendingPayout(workspace.id)
})

type Statement = { text: string; values: unknown[] }

async function authorize(): Promise<void> {
  await movePayoutRow(payout.rowId, 'authorized', { from: 'pending_authorization' })
}

async function sign(): Promise<void> {
  await authorize()
  await movePayoutRow(payout.rowId, 'signing', { from: 'authorized' })
  await movePayoutRow(payout.rowId, 'signed', { from: 'signing', changes: testSignature() })
}

function approvalVote(): Statement {
  const digest = randomBytes(32)
  return {
    text: `select outcome from approval_vote($1, array[$2], $3, $4, '{}', '0x', null)`,
    values: [workspace.id, payout.approvalId, workspace.walletAddress, digest],
  }
}

async function enterSigning(): Promise<Statement> {
  await authorize()
  return {
    text: `select outcome from payout_enter_signing_batch(array[$1::uuid], '{0}', '{1000000000}', 1000000000, '{}', true, '{}', 1, 0, '{}', '{}', '{}')`,
    values: [payout.rowId],
  }
}

async function prepareRelay(): Promise<Statement> {
  await sign()
  const relayer = randomAddress()
  await pool().query('insert into relayer_accounts (chain_id, address, next_nonce) values (31337, $1, 0)', [
    relayer,
  ])
  return {
    text: `select outcome from relay_prepare_payouts(array[$1::uuid], '{0}', 31337, $2, 0, 0, 16, $3, '0x', 1, 1, 21000, 1000000)`,
    values: [payout.rowId, relayer, `0x${randomBytes(32).toString('hex')}`],
  }
}

async function sweep(): Promise<Statement> {
  const { rows } = await pool().query<{ address: string }>(
    'select address from managed_wallets where workspace_id = $1',
    [workspace.id],
  )
  return {
    text: `select outcome from managed_wallet_sweep($1, 1, $2, null, $3, 31337, 'local', $4, $4, $2, $2, $5, 10, 1)`,
    values: [workspace.id, workspace.walletAddress, randomUUID(), randomAddress(), rows[0]?.address],
  }
}

const STATEMENTS: [what: string, prepare: () => Statement | Promise<Statement>, done: string][] = [
  ['approves', approvalVote, 'approved'],
  ['enters signing', enterSigning, 'signing'],
  ['stores a transaction', prepareRelay, 'prepared'],
  ['sends USDC back', sweep, 'requested'],
]

describe('the first stop of a workspace', () => {
  test.each(STATEMENTS)('waits for a statement that %s and began before it', async (_, prepare, done) => {
    const { text, values } = await prepare()
    const [working, stopping] = [await pool().connect(), await pool().connect()]
    try {
      const { rows: pids } = await stopping.query<{ pid: number }>('select pg_backend_pid() as pid')
      await working.query('begin')
      expect((await working.query(text, values)).rows).toEqual([{ outcome: done }])
      let isStopped = false
      const stop = stopping
        .query<{ stopped: boolean }>(`select payouts_stop($1, 'owner', null, null) as stopped`, [
          workspace.id,
        ])
        .then(({ rows }) => {
          isStopped = true
          return rows[0]?.stopped
        })
      await until('the stop waits, or is through', async () => {
        const { rows } = await pool().query<{ waits: boolean }>(
          'select cardinality(pg_blocking_pids($1)) > 0 as waits',
          [pids[0]?.pid],
        )
        return rows[0]?.waits || isStopped || null
      })
      expect(isStopped).toBe(false)
      await working.query('commit')
      expect(await stop).toBe(true)
    } finally {
      await working.query('rollback')
      working.release()
      stopping.release()
    }
  })

  test.each(STATEMENTS)('lets nothing through that %s and begins before its commit', async (_, prepare) => {
    const { text, values } = await prepare()
    const stopping = await pool().connect()
    try {
      await stopping.query('begin')
      await stopping.query(`select payouts_stop($1, 'owner', null, null)`, [workspace.id])
      const work = pool().query<{ outcome: string }>(text, values)
      await until('the statement waits for the stop', async () => {
        const { rows } = await pool().query<{ waits: boolean }>(
          `select exists (select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()) as waits`,
        )
        return rows[0]?.waits || null
      })
      await stopping.query('commit')
      expect(['killed', 'refused']).toContain((await work).rows[0]?.outcome)
    } finally {
      await stopping.query('rollback')
      stopping.release()
    }
  })
})
