import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { createTestWorkspace, randomAddress } from '@/test/harness/factories'
import type { DuePayout } from './due-payout'
import { reportReorganised } from './report-payout'

async function takenBack(): Promise<DuePayout> {
  const { id: workspaceId } = await createTestWorkspace()
  return {
    ...{ id: randomUUID(), leaseVersion: 1, status: 'confirmed', failureReason: null, workspaceId },
    ...{ from: randomAddress(), to: randomAddress(), amount: 5_000_000n, createdAt: new Date() },
    ...{ expiresAt: new Date(), isExpired: false, isLate: false, ageSeconds: 60, waitingFor: null },
    ...{ authorization: null, blockNumber: 1n, relays: { open: 0, accepted: 0, mined: [] } },
    ...{ claimedAt: new Date(), isGasless: false },
  }
}

async function messageOf({ id }: DuePayout): Promise<string> {
  const { rows } = await pool().query<{ message: string }>(
    'select message from alarms where subject = $1 and resolved_at is null',
    [id],
  )
  expect(rows).toHaveLength(1)
  return rows[0]?.message ?? ''
}

test('the alarm about a payment that the chain took back says that it is sent again only while it can be', async () => {
  const payout = await takenBack()
  await reportReorganised([payout])
  expect(await messageOf(payout)).toMatch(/5(\.00)? USDC\. It is sent again with the same authorization\.$/)
  await reportReorganised([{ ...payout, waitingFor: 'proof_of_expiry' }])
  expect(await messageOf(payout)).toContain('a final block has to prove whether it was paid')
  await reportReorganised([{ ...payout, waitingFor: 'reorganised_for_good' }])
  expect(await messageOf(payout)).toContain('it is not paid')
})
