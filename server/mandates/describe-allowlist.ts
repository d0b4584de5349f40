import { storedAddress } from '@/domain/address'
import type { RecipientDescription } from '@/domain/address-book'
import { describeRecipients } from '@/server/address-book'

const DESCRIBED = 50

/** What is known of the first 50 recipients that a mandate names; none when it pays anybody. */
export function describeAllowlist(
  workspaceId: string,
  recipients: readonly string[] | null,
): Promise<RecipientDescription[]> {
  const addresses = (recipients ?? []).slice(0, DESCRIBED).map(storedAddress)
  return describeRecipients({ workspaceId, addresses })
}
