import type pg from 'pg'
import { checksummed, type StoredAddress } from '@/domain/address'
import { type AddressBookEntryView, MAX_ADDRESS_BOOK_ENTRIES } from '@/domain/address-book'
import { type Actor, recordAudit } from '@/server/audit'
import { AppError } from '@/server/core/app-error'
import { inTransaction } from '@/server/core/db'
import { assertPayable } from './assert-payable'
import {
  type EntryRow,
  findNameOf,
  insertEntry,
  lockEntry,
  markEntryRemoved,
  updateEntryRow,
} from './entry-repository'
import { buildEntryView } from './entry-view'

type Naming = { name: string; note: string | null }
type Adding = Naming & { actor: Actor; workspaceId: string; address: StoredAddress }

/** Gives an address a name. Throws `recipient_refused`, `CONFLICT` when it has one, `INVALID_STATE` when the book is full. */
export async function addEntry({
  actor,
  workspaceId,
  address,
  name,
  note,
}: Adding): Promise<AddressBookEntryView> {
  await assertPayable({ workspaceId, address })
  return inTransaction(async (client) => {
    const row = await insertEntry(client, { workspaceId, address, name, note, by: actor.address })
    if (!row) throw notAdded(address, await findNameOf(client, { workspaceId, address }))
    await recordAudit(client, {
      actor,
      workspaceId,
      action: 'address_book.added',
      target: address,
      details: { id: row.id, name, note },
    })
    return buildEntryView(row)
  })
}

function notAdded(address: StoredAddress, nameInUse: string | null): AppError {
  return nameInUse === null
    ? new AppError(
        'INVALID_STATE',
        `The address book holds ${MAX_ADDRESS_BOOK_ENTRIES} entries: remove one first.`,
        {
          details: { state: 'ADDRESS_BOOK_FULL' },
        },
      )
    : new AppError('CONFLICT', `${checksummed(address)} is in the address book as "${nameInUse}".`, {
        param: 'address',
        details: { name: nameInUse },
      })
}

type Changing = { actor: Actor; workspaceId: string; id: string }

/** Changes name and note. Throws `not_found`. */
export function updateEntry({ name, note, ...changing }: Changing & Naming): Promise<AddressBookEntryView> {
  return change(changing, async (client, row) => {
    if (row.name === name && row.note === note) return buildEntryView(row)
    const changed = await updateEntryRow(client, { id: row.id, name, note })
    await recordAudit(client, {
      ...changing,
      action: 'address_book.changed',
      target: row.address,
      details: { id: row.id, name, note, previousName: row.name },
    })
    return buildEntryView(changed)
  })
}

/** Forgets the name; what was paid stays. Throws `not_found`. */
export function removeEntry(changing: Changing): Promise<void> {
  return change(changing, async (client, row) => {
    await markEntryRemoved(client, row.id)
    await recordAudit(client, {
      ...changing,
      action: 'address_book.removed',
      target: row.address,
      details: { id: row.id, name: row.name },
    })
  })
}

function change<T>(
  { workspaceId, id }: Changing,
  work: (client: pg.PoolClient, row: EntryRow) => Promise<T>,
): Promise<T> {
  return inTransaction(async (client) => {
    const row = await lockEntry(client, { workspaceId, id })
    if (!row) throw new AppError('not_found', 'There is no such entry in the address book.')
    return work(client, row)
  })
}
