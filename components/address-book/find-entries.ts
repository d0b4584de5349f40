import type { AddressBookEntryView } from '@/domain/address-book'

/** The entries whose name, note or address hold every word, in any case. */
export function findEntries(entries: readonly AddressBookEntryView[], text: string): AddressBookEntryView[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return entries.filter(({ name, note, address }) => {
    const shown = `${name}\n${note ?? ''}\n${address}`.toLowerCase()
    return words.every((word) => shown.includes(word))
  })
}
