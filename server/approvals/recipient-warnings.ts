import type { ApprovalWarning } from '@/domain/approval'
import { describeRecipient } from '@/server/address-book'
import type { ApprovalRow } from './approval-repository'

const SHOWN = 3

/** What speaks against a recipient that nobody has named: never paid, or like an address that the workspace knows. */
export async function recipientWarnings(row: ApprovalRow): Promise<ApprovalWarning[]> {
  if (row.recipientName !== null) return []
  const { isFirstTime, lookalikes } = await describeRecipient({
    workspaceId: row.workspaceId,
    address: row.toAddress,
  })
  const alike = lookalikes.slice(0, SHOWN).map((known) => ({ code: 'look_alike' as const, ...known }))
  return isFirstTime ? [{ code: 'first_time_recipient' }, ...alike] : alike
}
