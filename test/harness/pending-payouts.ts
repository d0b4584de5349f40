// Payouts that wait for a person.
import { randomBytes } from 'node:crypto'
import { storedAddress } from '@/domain/address'
import { pool } from '@/server/core/db'
import { createTestAgent, randomAddress, type TestAgent } from './factories'
import { type AskedRow, createdPayoutRow, movePayoutRow } from './payout-rows'

type PayoutParts = Pick<
  AskedRow,
  'amount' | 'ttlSeconds' | 'description' | 'metadata' | 'bizId' | 'mandateId'
> & {
  toAddress?: string
  agent?: TestAgent
}

export type PendingPayout = {
  approvalId: string
  payoutId: string
  rowId: string
  agent: TestAgent
  toAddress: string
}

/** A payout of an agent of this workspace that is `pending_authorization`, for want of a mandate or because `mandateId` refuses it. */
export async function createPendingPayout(
  workspaceId: string,
  { toAddress: to = randomAddress(), agent: asking, ...parts }: PayoutParts = {},
): Promise<PendingPayout> {
  const agent = asking ?? (await createTestAgent({ workspaceId }))
  const { approvalId, payoutId, id } = await createdPayoutRow(agent, {
    amount: 5_000_000n,
    ttlSeconds: 900,
    onMandateRefusal: 'ask',
    to,
    ...parts,
  })
  return { approvalId, payoutId, rowId: id, agent, toAddress: storedAddress(to) }
}

/** Moves the end of a payout's time into the past. */
export async function letExpire({ rowId }: { rowId: string }): Promise<void> {
  await pool().query(`update payouts set expires_at = now() - interval '1 second' where id = $1`, [rowId])
}

/** Takes a payout from authorized to confirmed, as the worker would. */
export async function confirmPayout({ rowId }: { rowId: string }): Promise<void> {
  const move = (from: string, to: string, changes: object = {}) => movePayoutRow(rowId, to, { from, changes })
  await move('authorized', 'signing')
  await move('signing', 'signed', {
    nonce: `0x${randomBytes(32).toString('hex')}`,
    validBefore: '1',
    signature: '0x00',
  })
  await move('signed', 'broadcasting', { txHash: `0x${randomBytes(32).toString('hex')}` })
  await move('broadcasting', 'succeeded', { blockNumber: '1' })
  await move('succeeded', 'confirmed', { confirmations: 3 })
}
