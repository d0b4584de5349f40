import type pg from 'pg'
import { checksummed, type StoredAddress } from '@/domain/address'
import { isLookalike, type RecipientDescription } from '@/domain/address-book'
import { type KnownRecipient, readKnownRecipients } from './recipient-repository'

/** What an approver should know of an address: its name, whether it was ever paid, and which known addresses it could be taken for. */
export async function describeRecipient(
  { workspaceId, address }: { workspaceId: string; address: StoredAddress },
  client?: pg.PoolClient,
): Promise<RecipientDescription> {
  return descriptionOf(address, await readKnownRecipients({ workspaceId, addresses: [address] }, client))
}

/** The same of several addresses, in their order, by one query. */
export async function describeRecipients({
  workspaceId,
  addresses,
}: {
  workspaceId: string
  addresses: readonly StoredAddress[]
}): Promise<RecipientDescription[]> {
  if (addresses.length === 0) return []
  const known = await readKnownRecipients({ workspaceId, addresses })
  return addresses.map((address) =>
    descriptionOf(
      address,
      known.filter((recipient) => recipient.of === address),
    ),
  )
}

function descriptionOf(address: StoredAddress, known: readonly KnownRecipient[]): RecipientDescription {
  const self = known.find((recipient) => recipient.address === address)
  return {
    address: checksummed(address),
    name: self?.name ?? null,
    isFirstTime: !self?.isPaid,
    lookalikes: known
      .filter((recipient) => isLookalike(recipient.address, address))
      .map((recipient) => ({
        address: checksummed(recipient.address),
        name: recipient.name,
        knownAs: recipient.knownAs,
      })),
  }
}
