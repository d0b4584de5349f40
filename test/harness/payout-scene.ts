// Payouts of a chain test: asked for, paid or given back, and what is made to stand in their way.
import { expect } from 'vitest'
import { type StoredAddress, storedAddress } from '@/domain/address'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { advanceDuePayouts } from '@/server/payout-execution/advance-payouts'
import { trackRelays } from '@/server/relayer'
import { budgetOf } from './budgets'
import { chain, held, openAlarms, outlive, setBlocked, setTokenPaused, withFault } from './chain-obstacles'
import {
  createTestAgent,
  createTestMandate,
  createTestWorkspace,
  randomAddress,
  type TestWorkspace,
} from './factories'
import { createdPayoutRow } from './payout-rows'

export const USDC = 1_000_000n
export const AMOUNT = 5n * USDC
export { chain, held, openAlarms, outlive, setBlocked, setTokenPaused, withFault }

export type PayoutRow = {
  id: string
  payout_id: string
  status: string
  failure_reason: string | null
  state_version: number
  from_address: StoredAddress
  to_address: StoredAddress
  amount: bigint
  nonce: `0x${string}` | null
  valid_before: bigint | null
  signature: `0x${string}` | null
  tx_hash: `0x${string}` | null
  block_number: bigint | null
  confirmations: number
  executed_at: Date | null
  confirmed_at: Date | null
  finalized_at: Date | null
  waiting_for: string | null
}

export async function rowOf(id: string): Promise<PayoutRow> {
  const { rows } = await pool().query<PayoutRow>('select * from payouts where id = $1', [id])
  if (!rows[0]) throw new Error('no such payout')
  return rows[0]
}

/** The statuses a payout had, with the reason of a failure behind a colon. */
export async function historyOf(id: string): Promise<string[]> {
  const { rows } = await pool().query<{ step: string }>(
    `select concat_ws(':', to_status::text, reason) as step from payout_transitions where payout_row_id = $1 order by state_version`,
    [id],
  )
  return rows.map(({ step }) => step)
}

/** Every hash that a payout ever had. */
export async function hashesOf(id: string): Promise<{ hash: `0x${string}`; status: string }[]> {
  const { rows } = await pool().query<{ hash: `0x${string}`; status: string }>(
    `select t.hash, t.status from payout_relays r join relayer_transactions t using (chain_id, relayer, nonce)
     where r.payout_row_id = $1 order by t.created_at`,
    [id],
  )
  return rows
}

export { budgetOf as mandateOf }

/** A round as if the seconds had passed after which a waiting payout is looked at again and a dead worker's lease has ended. */
export async function round() {
  await pool().query(
    'update payouts set next_try_at = null, lease_until = null where next_try_at is not null or lease_until is not null',
  )
  await advanceDuePayouts()
}

export async function settle(rounds = 3) {
  for (let n = 0; n < rounds; n += 1) {
    await chain.mine(3)
    await trackRelays()
    await round()
  }
}

/** Who asks in the running test. */
export const scene: {
  workspace: TestWorkspace
  agentId: string
  token: string
  /** Signed, of 1,000 USDC. */
  mandateId: string
  /** The managed wallet that payouts leave from. */
  wallet: StoredAddress
} = {
  workspace: { id: '', slug: '', name: '', walletAddress: storedAddress(`0x${'00'.repeat(20)}`) },
  agentId: '',
  token: '',
  mandateId: '',
  wallet: storedAddress(`0x${'00'.repeat(20)}`),
}

/** A fresh workspace with an agent, a signed mandate and `funds` atomic units in its managed wallet. */
export async function openScene({ funds = 100n * USDC }: { funds?: bigint } = {}) {
  scene.workspace = await createTestWorkspace()
  const agent = await createTestAgent({ workspaceId: scene.workspace.id })
  scene.agentId = agent.agentId
  scene.token = agent.token
  scene.mandateId = await createTestMandate({ agentId: agent.agentId, workspaceId: scene.workspace.id })
  const { rows } = await pool().query<{ address: StoredAddress }>(
    'select address from managed_wallets where workspace_id = $1 and chain_id = $2',
    [scene.workspace.id, env().NETWORK.chainId],
  )
  if (!rows[0]) throw new Error('the workspace took no managed wallet')
  scene.wallet = rows[0].address
  if (funds > 0n) await chain.fund(scene.wallet, funds)
}

type Ask = {
  amount?: bigint
  to?: StoredAddress
  ttlSeconds?: number
  mandateId?: string | null
  bizId?: string | null
}

export type AskedPayout = { id: string; payoutId: string; to: StoredAddress; amount: bigint }

/** A payout of the scene's agent, authorized by its mandate; without one (`mandateId: null`) it waits for a person. */
export async function ask({
  amount = AMOUNT,
  to = randomAddress(),
  ttlSeconds = 3600,
  mandateId = scene.mandateId,
  bizId = null,
}: Ask = {}): Promise<AskedPayout> {
  const agent = { agentId: scene.agentId, workspaceId: scene.workspace.id }
  const { id, payoutId } = await createdPayoutRow(agent, { amount, to, ttlSeconds, mandateId, bizId })
  return { id, payoutId, to, amount }
}

const WHOLE_LIFE = ['authorized', 'signing', 'signed', 'broadcasting', 'succeeded', 'confirmed']

export async function expectPaidOnce({ id, to, amount }: AskedPayout) {
  expect(await rowOf(id)).toMatchObject({ status: 'confirmed', waiting_for: null, failure_reason: null })
  expect((await rowOf(id)).finalized_at).not.toBeNull()
  expect(await historyOf(id)).toEqual(WHOLE_LIFE)
  expect(await held(to)).toBe(amount)
  expect(await openAlarms(id)).toEqual([])
}

/** Ended without a payment, and the mandate holds nothing for it any more. */
export async function expectEnded({ id, to }: AskedPayout, reason: string) {
  expect(await rowOf(id)).toMatchObject({ status: 'failed', failure_reason: reason, waiting_for: null })
  expect(await held(to)).toBe(0n)
  expect((await budgetOf(scene.mandateId)).pending).toBe(0n)
  expect(await openAlarms(id)).toEqual([])
}

/** The kill switch of the scene's workspace. */
export async function setKilled(isKilled: boolean) {
  await pool().query(
    `insert into workspace_policies (workspace_id, killed_at, killed_by) values ($1, $2, $3)
     on conflict (workspace_id) do update set killed_at = excluded.killed_at, killed_by = excluded.killed_by`,
    [scene.workspace.id, isKilled ? new Date() : null, isKilled ? scene.workspace.walletAddress : null],
  )
}

/** Signed and stored, not sent: as after a crash right then. */
export async function signOnly() {
  await withFault({ event: 'insert', table: 'relayer_transactions' }, round)
}

/** In `signing`, as a crash before the signature is stored leaves it. */
export async function enterOnly() {
  await withFault({ event: 'update', table: 'payouts', when: "new.status = 'signed'" }, round)
}

/** As a backup from before the signature leaves one that was sent and is not confirmed. */
export async function forget(id: string) {
  await pool().query(`alter table payouts disable trigger payouts_edges`)
  await pool().query(
    `update payouts set status = 'authorized', nonce = null, valid_before = null, signature = null, tx_hash = null, executed_at = null
     where id = $1`,
    [id],
  )
  await pool().query(`alter table payouts enable trigger payouts_edges`)
  await pool().query('delete from payout_relays where payout_row_id = $1', [id])
}
