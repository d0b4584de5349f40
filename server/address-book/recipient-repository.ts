import type { StoredAddress } from '@/domain/address'
import { pool } from '@/server/core/db'

export type KnownRecipient = {
  address: StoredAddress
  name: string | null
  isPaid: boolean
}

/**
 * What a workspace knows, in its address book or by a confirmed payout, of an address and of those that could look like it. Two
 * addresses that differ in at most two of 40 digits are alike in one third of them, so no look-alike is missed.
 */
export async function readKnownRecipients({
  workspaceId,
  address,
}: {
  workspaceId: string
  address: StoredAddress
}): Promise<KnownRecipient[]> {
  const { rows } = await pool().query<KnownRecipient>({
    name: 'read-known-recipients',
    text: `with known as (
        select address, name, false as is_paid from address_book_entries where workspace_id = $1 and deleted_at is null
        union all
        select distinct to_address, null, true from payouts where workspace_id = $1 and status = 'confirmed' and kind = 'payout'
      )
      select address, max(name) as name, bool_or(is_paid) as "isPaid" from known
       where address = $2::text
          or (substr(address, 3, 4) = substr($2, 3, 4) and right(address, 4) = right($2, 4))
          or substr(address, 3, 13) = substr($2, 3, 13) or substr(address, 16, 13) = substr($2, 16, 13)
          or substr(address, 29, 14) = substr($2, 29, 14)
       group by address order by address`,
    values: [workspaceId, address],
  })
  return rows
}
