// A history with payouts in every state, in which the checker finds nothing, and what is asked when something was put wrong.
import { expect } from 'vitest'
import { checkPayouts } from '@/server/checker'
import { pool } from '@/server/core/db'
import type { openChain } from './chain'
import { approve } from './payout-acts'
import { movePayout } from './payout-books'
import {
  authorizePayout,
  type BooksPayout,
  type BooksScene,
  openBooksScene,
  payPayout,
  signPayout,
} from './payout-scene-on-chain'

export type PayoutHistory = BooksScene & {
  paid: BooksPayout
  authorized: BooksPayout
  waiting: BooksPayout
  approved: BooksPayout
  signed: BooksPayout
  timedOut: BooksPayout
  cancelled: BooksPayout
}
/** Paid, authorized, waiting, approved by a person, signed, timed out and cancelled: one of each in a workspace of its own. */
export async function openPayoutHistory(chain: ReturnType<typeof openChain>): Promise<PayoutHistory> {
  const scene = await openBooksScene(chain)
  const paid = await authorizePayout(scene, { bizId: 'biz_paid' })
  await payPayout(chain, scene, paid)
  const [authorized, signed, timedOut] = [
    await authorizePayout(scene, { bizId: 'biz_open' }),
    await authorizePayout(scene),
    await authorizePayout(scene),
  ]
  await signPayout(scene, signed)
  await signPayout(scene, timedOut)
  await movePayout({ id: timedOut.id, from: ['broadcasting'], to: 'succeeded' })
  await movePayout({
    id: timedOut.id,
    from: ['succeeded'],
    to: 'failed',
    reason: 'tx_confirmation_timeout:600',
  })
  const waiting = await authorizePayout(scene, { isAsked: true })
  const approved = await authorizePayout(scene, { isAsked: true })
  if (!(await approve(await ownerOf(scene), approved.id))) throw new Error('the payout was not approved')
  const cancelled = await authorizePayout(scene, { isAsked: true })
  await movePayout({ id: cancelled.id, from: ['pending_authorization'], to: 'failed', reason: 'cancelled' })
  await chain.mine(3)
  return { ...scene, paid, authorized, waiting, approved, signed, timedOut, cancelled }
}

async function ownerOf({ workspaceId }: BooksScene): Promise<{ workspaceId: string; owner: string }> {
  const { rows } = await pool().query<{ owner: string }>(
    'select wallet_address as owner from workspaces where id = $1',
    [workspaceId],
  )
  return { workspaceId, owner: rows[0]?.owner ?? '' }
}

type InWorkspace = Pick<BooksScene, 'workspaceId'>

/** What the checker finds in a workspace. */
export async function findingsIn(history: InWorkspace): Promise<{ kind: string; subject: string }[]> {
  const { findings, isChainRead } = await checkPayouts()
  expect(isChainRead).toBe(true)
  return findings
    .filter(({ workspaceId }) => workspaceId === history.workspaceId)
    .map(({ kind, subject }) => ({ kind, subject }))
}

/** Who stopped the payouts of a workspace. */
export async function stopperOf({ workspaceId }: InWorkspace): Promise<string | null> {
  const { rows } = await pool().query<{ by: string | null }>(
    'select killed_by as by from workspace_policies where workspace_id = $1',
    [workspaceId],
  )
  return rows[0]?.by ?? null
}

/** Kind and severity of a workspace's open alarms. */
export async function openAlarmsOf({ workspaceId }: InWorkspace): Promise<string[]> {
  const { rows } = await pool().query<{ alarm: string }>(
    `select kind || ' ' || severity as alarm from alarms where workspace_id = $1 and resolved_at is null order by 1`,
    [workspaceId],
  )
  return rows.map(({ alarm }) => alarm)
}

/** As a wrong program or a person with a database console could: past the triggers that keep the books. */
export async function corrupt(statement: string, values: unknown[] = []): Promise<void> {
  const client = await pool().connect()
  try {
    await client.query('begin')
    await client.query('set local session_replication_role = replica')
    const { rowCount } = await client.query(statement, values)
    expect(rowCount).toBeGreaterThan(0)
    await client.query('commit')
  } finally {
    client.release()
  }
}
