// Rows that tests start from, written as plainly as the schema allows.
import { randomUUID } from 'node:crypto'
import { type StoredAddress, storedAddress } from '@/domain/address'
import { pool } from '@/server/core/db'

export type TestWorkspace = { id: string; slug: string; name: string; walletAddress: StoredAddress }

/** A live workspace with its wallet as OWNER. */
export async function createTestWorkspace({
  walletAddress = randomAddress(),
  name = 'Test workspace',
}: {
  walletAddress?: StoredAddress
  name?: string
} = {}): Promise<TestWorkspace> {
  const slug = `ws-${randomUUID().slice(0, 13)}`
  const { rows } = await pool().query<{ id: string }>(
    `with workspace as (
       insert into workspaces (slug, name, wallet_address, roles, created_by)
       values ($1, $2, $3, '{CONSUMER}', $3) returning id
     ), member as (
       insert into workspace_members (workspace_id, address, role, added_by) select id, $3, 'OWNER', $3 from workspace
     )
     select id from workspace`,
    [slug, name, walletAddress],
  )
  const [row] = rows
  if (!row) throw new Error('the workspace was not inserted')
  return { id: row.id, slug, name, walletAddress }
}

export function randomAddress(): StoredAddress {
  return storedAddress(`0x${randomUUID().replaceAll('-', '')}00000000`)
}
