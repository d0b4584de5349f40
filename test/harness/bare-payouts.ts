// The statement that creates payouts, called straight: another process as far as the database can tell, and what benchmarks compare with.
import type pg from 'pg'
import { checksummed } from '@/domain/address'
import type { PayoutInput } from '@/domain/payout'
import { hashRequest } from '@/server/payouts/hash-request'
import { newApprovalId } from '@/server/payouts/new-approval-id'
import { payer } from '@/server/payouts/payer'

const TEXT = `select outcome, details from payout_create_batch(${Array.from({ length: 22 }, (_, at) => `$${at + 1}`).join(', ')})`

export type BareOutcome = { outcome: string; details: Record<string, unknown> | null }

/** Creates one payout over a connection of `direct`, and answers what the statement does. */
export async function createBarePayout(
  direct: pg.Pool,
  { agentId, tokenId }: { agentId: string; tokenId: string },
  input: PayoutInput,
  approvalId = newApprovalId(),
): Promise<BareOutcome> {
  const { chainId, network, assetAddress, assetChecksum, approvalBase } = payer()
  const { rows } = await direct.query<BareOutcome>({
    name: 'bare_payout',
    text: TEXT,
    values: [
      agentId,
      chainId,
      network,
      assetAddress,
      assetChecksum,
      approvalBase,
      [tokenId],
      [input.payoutId],
      [input.toAddress],
      [checksummed(input.toAddress)],
      [input.amount.toString()],
      [input.currency],
      [input.mandateId],
      [input.bizId],
      [input.description],
      [input.metadata === null ? null : JSON.stringify(input.metadata)],
      [input.webhookUrl],
      [input.ttlSeconds],
      [hashRequest(input, payer())],
      [input.onMandateRefusal === 'ask'],
      [approvalId],
      ['bare'],
    ],
  })
  const [row] = rows
  if (!row) throw new Error('the statement answered nothing')
  return row
}
