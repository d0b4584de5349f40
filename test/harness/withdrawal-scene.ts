// Withdrawals of a chain test: asked for, paid or given back, and what is made to stand in their way.
import { randomUUID } from 'node:crypto'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { expect } from 'vitest'
import { type StoredAddress, storedAddress } from '@/domain/address'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { trackRelays } from '@/server/relayer'
import { relayWithdrawals, requestBalanceRefund } from '@/server/withdrawals'
import {
  chain,
  held,
  openAlarms,
  outlive,
  setBlocked,
  setTokenPaused,
  usdc,
  withFault,
} from './chain-obstacles'
import { createTestAgent, createTestWorkspace, type TestWorkspace } from './factories'
import { creditDeposit, findUnbalanced, sumAccounts } from './withdrawals'

export const USDC = 1_000_000n
export const AMOUNT = 5n * USDC
export const receiveAddress = () => env().RECEIVE_ADDRESS as `0x${string}`
export const newWallet = () => privateKeyToAccount(generatePrivateKey()).address
export { chain, held, openAlarms, outlive, setBlocked, setTokenPaused, usdc, withFault }

type Row = {
  id: string
  status: string
  nonce: `0x${string}` | null
  valid_before: bigint | null
  signature: `0x${string}` | null
  tx_hash: string | null
  failure_reason: string | null
  waiting_for: string | null
  finalized_at: Date | null
}

export async function rowOf(id: string): Promise<Row> {
  const { rows } = await pool().query<Row>('select * from withdrawals where id = $1', [id])
  if (!rows[0]) throw new Error('no such withdrawal')
  return rows[0]
}

/** A round as if the seconds had passed after which a waiting row is looked at again and a dead worker's lease has ended. */
export async function round() {
  await pool().query('update withdrawals set next_try_at = null, lease_until = null')
  await relayWithdrawals()
}

export async function settle(rounds = 3) {
  for (let n = 0; n < rounds; n += 1) {
    await chain.mine(3)
    await trackRelays()
    await round()
  }
}

/** Who asks in the running test. */
export const scene: { workspace: TestWorkspace; agentId: string } = {
  workspace: { id: '', slug: '', name: '', walletAddress: storedAddress(`0x${'00'.repeat(20)}`) },
  agentId: '',
}

/** A fresh workspace with an agent that has nothing. */
export async function openScene() {
  scene.workspace = await createTestWorkspace()
  scene.agentId = (await createTestAgent({ workspaceId: scene.workspace.id })).agentId
}

/** A refund that was asked for, to a fresh wallet; the receive address holds what was deposited. */
export async function askRefund({ amount = AMOUNT, isFunded = true } = {}): Promise<{
  id: string
  to: StoredAddress
}> {
  const to = storedAddress(newWallet())
  await creditDeposit({ agentId: scene.agentId, sender: to, amount })
  if (isFunded) await chain.fund(receiveAddress(), amount)
  const view = await requestBalanceRefund({
    workspaceId: scene.workspace.id,
    agentId: scene.agentId,
    toAddress: to,
    amount,
    actor: { address: scene.workspace.walletAddress, requestId: null },
    idempotencyKey: randomUUID(),
  })
  return { id: view.withdrawalId, to }
}

export async function expectPaidOnce({ id, to }: { id: string; to: `0x${string}` }) {
  expect(await rowOf(id)).toMatchObject({ status: 'confirmed', waiting_for: null, failure_reason: null })
  expect((await rowOf(id)).finalized_at).not.toBeNull()
  expect(await held(to)).toBe(AMOUNT)
  expect(await sumAccounts('agent_balance', scene.agentId)).toBe(0n)
  expect(await sumAccounts('refunds')).toBe(0n)
  expect(await findUnbalanced()).toEqual([])
  expect(await openAlarms(id)).toEqual([])
}

export async function expectReturned({ id, to }: { id: string; to: `0x${string}` }, reason: string) {
  expect(await rowOf(id)).toMatchObject({ status: 'failed', failure_reason: reason, waiting_for: null })
  expect(await held(to)).toBe(0n)
  expect(await sumAccounts('agent_balance', scene.agentId)).toBe(AMOUNT)
  expect(await sumAccounts('refunds')).toBe(0n)
  expect(await findUnbalanced()).toEqual([])
}

export async function emptyReceiveAddress() {
  await chain.fund(receiveAddress(), 0n)
  const rest = await held(receiveAddress())
  if (rest > 0n) await chain.transfer(receiveAddress(), newWallet(), rest)
}

/** Signed and stored, not sent: as after a crash right then. */
export async function signOnly() {
  await withFault({ event: 'insert', table: 'relayer_transactions' }, relayWithdrawals)
}
