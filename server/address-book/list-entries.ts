import type { AddressBookEntryView } from '@/domain/address-book'
import { readEntries } from './entry-repository'
import { buildEntryView } from './entry-view'

/** The address book of a workspace by name: all of it, at most 1,000 entries. */
export async function listEntries({
  workspaceId,
}: {
  workspaceId: string
}): Promise<{ entries: AddressBookEntryView[] }> {
  return { entries: (await readEntries(workspaceId)).map(buildEntryView) }
}
