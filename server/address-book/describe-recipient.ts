import { checksummed, type StoredAddress } from '@/domain/address'
import { isLookalike, type RecipientDescription } from '@/domain/address-book'
import { readKnownRecipients } from './recipient-repository'

/** What an approver should know of an address: its name, whether it was ever paid, and which known addresses it could be taken for. */
export async function describeRecipient({
  workspaceId,
  address,
}: {
  workspaceId: string
  address: StoredAddress
}): Promise<RecipientDescription> {
  const known = await readKnownRecipients({ workspaceId, address })
  const self = known.find((recipient) => recipient.address === address)
  return {
    address: checksummed(address),
    name: self?.name ?? null,
    isFirstTime: !self?.isPaid,
    lookalikes: known
      .filter((recipient) => isLookalike(recipient.address, address))
      .map((recipient) => ({ address: checksummed(recipient.address), name: recipient.name })),
  }
}
