import { checksummed } from '@/domain/address'
import type { AddressBookEntryView } from '@/domain/address-book'
import type { EntryRow } from './entry-repository'

export function buildEntryView(row: EntryRow): AddressBookEntryView {
  return {
    id: row.id,
    address: checksummed(row.address),
    name: row.name,
    note: row.note,
    createdBy: checksummed(row.createdBy),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}
