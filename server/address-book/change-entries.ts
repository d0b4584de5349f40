import type pg from 'pg'
import type { StoredAddress } from '@/domain/address'
import { type AddressBookEntryView, MAX_ADDRESS_BOOK_ENTRIES } from '@/domain/address-book'
import { type Actor, recordAudit } from '@/server/audit'
import { AppError } from '@/server/core/app-error'
import { inTransaction } from '@/server/core/db'
import { assertLookalikesAccepted, assertNameFree, assertRenamable } from './assert-distinct'
import { assertPayable } from './assert-payable'
import {
  type EntryRow,
  insertEntry,
  lockBook,
  lockEntry,
  markEntryRemoved,
  updateEntryRow,
} from './entry-repository'
import { buildEntryView } from './entry-view'

const AUDITED_LOOKALIKES = 10

type Naming = { name: string; note: string | null }
type Adding = Naming & {
  actor: Actor
  workspaceId: string
  address: StoredAddress
  /** The person has compared it with the known addresses that it looks like. */
  isLookalikeAccepted: boolean
}

/**
 * Gives an address a name. Throws `recipient_refused`, `CONFLICT` when the address has a name or the name an address,
 * `lookalike_recipient` until the person accepts what it could be taken for, `INVALID_STATE` when the book is full.
 */
export async function addEntry({
  actor,
  workspaceId,
  address,
  name,
  note,
  isLookalikeAccepted,
}: Adding): Promise<AddressBookEntryView> {
  await assertPayable({ workspaceId, address })
  return inTransaction(async (client) => {
    await lockBook(client, workspaceId)
    await assertNameFree(client, { workspaceId, address, name })
    const of = { workspaceId, address, isAccepted: isLookalikeAccepted }
    const lookalikes = await assertLookalikesAccepted(client, of)
    const row = await insertEntry(client, { workspaceId, address, name, note, by: actor.address })
    if (!row) throw bookFull()
    await recordAudit(client, {
      actor,
      workspaceId,
      action: 'address_book.added',
      target: address,
      details: {
        id: row.id,
        name,
        note,
        ...(lookalikes.length > 0 && { lookalikes: lookalikes.slice(0, AUDITED_LOOKALIKES) }),
      },
    })
    return buildEntryView(row)
  })
}

function bookFull(): AppError {
  return new AppError(
    'INVALID_STATE',
    `The address book holds ${MAX_ADDRESS_BOOK_ENTRIES} entries: remove one first.`,
    { details: { state: 'ADDRESS_BOOK_FULL' } },
  )
}

type Changing = { actor: Actor; workspaceId: string; id: string }

/** Changes name and note. Throws `not_found`, `CONFLICT` when the name is another address's. */
export function updateEntry({ name, note, ...changing }: Changing & Naming): Promise<AddressBookEntryView> {
  return change(changing, async (client, row) => {
    if (row.name === name && row.note === note) return buildEntryView(row)
    const { workspaceId } = changing
    await assertRenamable(client, { workspaceId, address: row.address, name })
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
    await lockBook(client, workspaceId)
    const row = await lockEntry(client, { workspaceId, id })
    if (!row) throw new AppError('not_found', 'There is no such entry in the address book.')
    return work(client, row)
  })
}
