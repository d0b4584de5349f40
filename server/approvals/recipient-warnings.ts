import type { ApprovalWarning } from '@/domain/approval'
import { describeRecipient } from '@/server/address-book'
import type { ApprovalRow } from './approval-repository'

const SHOWN = 3

/**
 * What speaks against a recipient: never paid, and like an address that the workspace knows. A name of its own silences the first
 * alone, and only when it was given before anybody asked to pay the address; nothing silences the second.
 */
export async function recipientWarnings(row: ApprovalRow): Promise<ApprovalWarning[]> {
  const { lookalikes } = await describeRecipient({ workspaceId: row.workspaceId, address: row.toAddress })
  const alike = lookalikes.slice(0, SHOWN).map((known) => ({ code: 'look_alike' as const, ...known }))
  return row.isFirstTime ? [{ code: 'first_time_recipient', named: namedOf(row) }, ...alike] : alike
}

function namedOf({ recipientName, namedAt }: ApprovalRow) {
  return recipientName === null || namedAt === null ? null : { name: recipientName, at: namedAt }
}

/** Why its mandate did not pay it, when that is why a person is asked. */
export function refusalWarnings({ refusal }: ApprovalRow): ApprovalWarning[] {
  return refusal ? [{ code: 'mandate_refused', refusal }] : []
}
