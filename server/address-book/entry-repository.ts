import type pg from 'pg'
import type { StoredAddress } from '@/domain/address'
import { MAX_ADDRESS_BOOK_ENTRIES } from '@/domain/address-book'
import { pool } from '@/server/core/db'

export type EntryRow = {
  id: string
  address: StoredAddress
  name: string
  note: string | null
  createdBy: string
  createdAt: Date
  updatedAt: Date
}

const COLUMNS =
  'id, address, name, note, created_by as "createdBy", created_at as "createdAt", updated_at as "updatedAt"'

/** All live entries of a workspace by name; there are at most a thousand. */
export async function readEntries(workspaceId: string): Promise<EntryRow[]> {
  const { rows } = await pool().query<EntryRow>(
    `select ${COLUMNS} from address_book_entries where workspace_id = $1 and deleted_at is null order by lower(name), id`,
    [workspaceId],
  )
  return rows
}

// The first key of the two-part advisory lock; the second is the workspace.
const BOOK_LOCK = 5270402

/** Until the transaction ends nobody else names an address of this workspace. */
export async function lockBook(client: pg.PoolClient, workspaceId: string): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1, hashtext($2))', [BOOK_LOCK, workspaceId])
}

/** Every live name of a workspace, with whose it is. */
export async function readNames(
  client: pg.PoolClient,
  workspaceId: string,
): Promise<{ id: string; address: StoredAddress; name: string }[]> {
  const { rows } = await client.query<{ id: string; address: StoredAddress; name: string }>(
    'select id, address, name from address_book_entries where workspace_id = $1 and deleted_at is null',
    [workspaceId],
  )
  return rows
}

type NewEntry = {
  workspaceId: string
  address: StoredAddress
  name: string
  note: string | null
  by: StoredAddress
}

/** Null when the address has a name already, or the book is full. */
export async function insertEntry(client: pg.PoolClient, entry: NewEntry): Promise<EntryRow | null> {
  const { rows } = await client.query<EntryRow>(
    `insert into address_book_entries (workspace_id, address, name, note, created_by)
     select $1, $2, $3, $4, $5
      where (select count(*) from address_book_entries where workspace_id = $1 and deleted_at is null) < $6
     on conflict (workspace_id, address) where deleted_at is null do nothing returning ${COLUMNS}`,
    [entry.workspaceId, entry.address, entry.name, entry.note, entry.by, MAX_ADDRESS_BOOK_ENTRIES],
  )
  return rows[0] ?? null
}

type Of = { workspaceId: string; id: string }

/** The live entry, locked until the transaction ends; null when this workspace has none with the id. */
export async function lockEntry(client: pg.PoolClient, { workspaceId, id }: Of): Promise<EntryRow | null> {
  const { rows } = await client.query<EntryRow>(
    `select ${COLUMNS} from address_book_entries where id = $1 and workspace_id = $2 and deleted_at is null for update`,
    [id, workspaceId],
  )
  return rows[0] ?? null
}

export async function updateEntryRow(
  client: pg.PoolClient,
  { id, name, note }: { id: string; name: string; note: string | null },
): Promise<EntryRow> {
  const { rows } = await client.query<EntryRow>(
    `update address_book_entries set name = $2, note = $3, updated_at = now() where id = $1 returning ${COLUMNS}`,
    [id, name, note],
  )
  const [row] = rows
  if (!row) throw new Error('a locked entry is gone')
  return row
}

export async function markEntryRemoved(client: pg.PoolClient, id: string): Promise<void> {
  await client.query('update address_book_entries set deleted_at = now(), updated_at = now() where id = $1', [
    id,
  ])
}
