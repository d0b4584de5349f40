import type { WalletEventView } from '@/domain/wallet'

export type LedgerPage = { events: WalletEventView[]; nextCursor: string | null }
type LedgerPages<Param> = { pages: LedgerPage[]; pageParams: Param[] }

/**
 * Puts a newly read first page over the pages loaded before, so that a new block costs one page and not all of them.
 * Returns the same object when nothing is new. When the new page does not reach down to what is known, rows between
 * them are missing: only the new page is kept, and scrolling reads on from there.
 */
export function mergeFirstPage<Param>(known: LedgerPages<Param>, fresh: LedgerPage): LedgerPages<Param> {
  const [first, ...others] = known.pages
  if (!first) return known
  const knownIds = new Set(known.pages.flatMap(({ events }) => events.map(({ id }) => id)))
  const isNew = fresh.events.some(({ id }) => !knownIds.has(id))
  if (!isNew) return known
  const reachesKnown = knownIds.size === 0 || fresh.events.some(({ id }) => knownIds.has(id))
  if (!reachesKnown) return { pages: [fresh], pageParams: known.pageParams.slice(0, 1) }
  const freshIds = new Set(fresh.events.map(({ id }) => id))
  const below = ({ events }: LedgerPage) => events.filter(({ id }) => !freshIds.has(id))
  return {
    pages: [
      {
        events: [...fresh.events, ...below(first)],
        nextCursor: knownIds.size === 0 ? fresh.nextCursor : first.nextCursor,
      },
      ...others.map((page) => ({ ...page, events: below(page) })),
    ],
    pageParams: known.pageParams,
  }
}
