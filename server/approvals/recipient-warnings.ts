import type { ApprovalWarning } from '@/domain/approval'
import { describeRecipients } from '@/server/address-book'
import type { ApprovalRow } from './approval-repository'

const SHOWN = 3

/**
 * What speaks against the recipient of each, in their order, by one query; all are of one workspace. Never paid, and like an address that
 * the workspace knows: a name of its own silences the first alone, and only when it was given before anybody asked to pay the address;
 * nothing silences the second.
 */
export async function recipientWarnings(rows: readonly ApprovalRow[]): Promise<ApprovalWarning[][]> {
  const [first] = rows
  if (!first) return []
  const recipients = await describeRecipients({
    workspaceId: first.workspaceId,
    addresses: rows.map(({ toAddress }) => toAddress),
  })
  return rows.map((row, at) => {
    const alike = (recipients[at]?.lookalikes ?? [])
      .slice(0, SHOWN)
      .map((known) => ({ code: 'look_alike' as const, ...known }))
    return row.isFirstTime ? [{ code: 'first_time_recipient', named: namedOf(row) }, ...alike] : alike
  })
}

function namedOf({ recipientName, namedAt }: ApprovalRow) {
  return recipientName === null || namedAt === null ? null : { name: recipientName, at: namedAt }
}

/** Why its mandate did not pay it, when that is why a person is asked. */
export function refusalWarnings({ refusal }: ApprovalRow): ApprovalWarning[] {
  return refusal ? [{ code: 'mandate_refused', refusal }] : []
}
