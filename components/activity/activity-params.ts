import { parseAsArrayOf, parseAsNumberLiteral, parseAsStringLiteral } from 'nuqs/server'
import { EVENT_KINDS, type EventKind } from '@/domain/event-kinds'

export const RANGE_DAYS = [7, 30, 90] as const
export type RangeDays = (typeof RANGE_DAYS)[number]

export const FULL_PAGE_ROWS = 50
export const RECENT_ROWS = 6

/** How the ledger's pages follow each other: the same on the server, which reads the first, and in the browser. */
export const ledgerPaging = {
  getNextPageParam: ({ nextCursor }: { nextCursor: string | null }) => nextCursor ?? undefined,
}

/** `?days=7`: the window of the pool chart. */
export const daysParser = parseAsNumberLiteral(RANGE_DAYS).withDefault(30)

/** `?kinds=DEPOSIT,SETTLE`: which events the list shows; none means all. */
export const kindsParser = parseAsArrayOf(parseAsStringLiteral(EVENT_KINDS)).withDefault([])

/** The kinds in their one order, each once, so that the same choice is the same query; undefined when all are shown. */
export function chosenKinds(kinds: readonly EventKind[]): EventKind[] | undefined {
  const chosen = EVENT_KINDS.filter((kind) => kinds.includes(kind))
  return chosen.length === 0 || chosen.length === EVENT_KINDS.length ? undefined : chosen
}

/** Where the ledger comes as CSV, with the filter of the list. */
export function csvHref(workspaceId: string, kinds: readonly EventKind[] | undefined): string {
  const query = new URLSearchParams({ workspaceId })
  if (kinds) query.set('kind', kinds.join(','))
  return `/api/v1/wallet/events.csv?${query}`
}
