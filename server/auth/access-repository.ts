import type { StoredAddress } from '@/domain/address'
import type { MemberRole } from '@/domain/roles'
import { pool } from '@/server/core/db'

type MembershipRow = {
  workspaceId: string
  slug: string
  name: string
  walletAddress: StoredAddress
  role: MemberRole
  /** False while a new member's rights still wait for the configured delay. */
  isInForce: boolean
}

type Which = { address: StoredAddress; workspaceId?: string | undefined; slug?: string | undefined }

/** The memberships of a person, or the one in the named workspace. Two are enough to know that one must be chosen. */
export async function findMemberships({ address, workspaceId, slug }: Which): Promise<MembershipRow[]> {
  const { rows } = await pool().query<MembershipRow>({
    name: 'find-memberships',
    text: `select w.id as "workspaceId", w.slug, w.name, w.wallet_address as "walletAddress", m.role,
                  m.rights_from <= now() as "isInForce"
           from workspace_members m join workspaces w on w.id = m.workspace_id
           where m.address = $1 and w.deleted_at is null
             and ($2::uuid is null or w.id = $2) and ($3::text is null or w.slug = $3)
           limit 2`,
    values: [address, workspaceId ?? null, slug ?? null],
  })
  return rows
}

export async function isMemberOrInvited(address: StoredAddress): Promise<boolean> {
  const { rows } = await pool().query<{ known: boolean }>(
    `select exists(
       select 1 from workspace_members m join workspaces w on w.id = m.workspace_id
       where m.address = $1 and w.deleted_at is null
     ) or exists(
       select 1 from workspace_invites i join workspaces w on w.id = i.workspace_id
       where i.address = $1 and w.deleted_at is null and i.expires_at > now()
         and i.accepted_at is null and i.declined_at is null and i.revoked_at is null
     ) as known`,
    [address],
  )
  return rows[0]?.known ?? false
}
