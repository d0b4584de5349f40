import { createParser, parseAsString, parseAsStringLiteral } from 'nuqs/server'
import { PAYOUT_GROUPS, type PayoutFilter } from '@/domain/payout-console'

export const PAYOUTS_PAGE = 50

/** How the pages of payouts follow each other: the same on the server, which reads the first, and in the browser. */
export const payoutsPaging = {
  getNextPageParam: ({ nextCursor }: { nextCursor: string | null }) => nextCursor ?? undefined,
}

export const PAYOUT_TABS = ['waiting', 'all'] as const

/** A day such as 2026-11-21, in UTC. */
const parseAsDay = createParser({
  parse: (text) =>
    /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) ? text : null,
  serialize: (day: string) => day,
})

/** What stands in the address of the list: `?tab=all&status=paid&agent=agt_…&mandate=…&q=…&from=2026-11-01&to=2026-11-30`. */
export const payoutsParsers = {
  tab: parseAsStringLiteral(PAYOUT_TABS).withDefault('all'),
  status: parseAsStringLiteral(PAYOUT_GROUPS),
  agent: parseAsString,
  mandate: parseAsString,
  q: parseAsString.withDefault(''),
  from: parseAsDay,
  to: parseAsDay,
}

export type PayoutsAddress = {
  status: PayoutFilter['group'] | null
  agent: string | null
  mandate: string | null
  q: string
  from: string | null
  to: string | null
}

const DAY_MILLISECONDS = 86_400_000
const MAX_SEARCH = 200

/** The filter that an address means. Days are UTC, and both count. */
export function filterOf({ status, agent, mandate, q, from, to }: PayoutsAddress): PayoutFilter {
  // The address may hold anything; what the server would refuse is left out.
  const search = q
    .replace(/[\p{Cc}\p{Cs}]/gu, ' ')
    .trim()
    .slice(0, MAX_SEARCH)
  return {
    ...(status && { group: status }),
    ...(agent && { agentId: agent.slice(0, 128) }),
    ...(mandate && { mandateId: mandate.slice(0, 128) }),
    ...(search && { search }),
    ...(from && { since: new Date(`${from}T00:00:00Z`).toISOString() }),
    ...(to && { until: new Date(Date.parse(`${to}T00:00:00Z`) + DAY_MILLISECONDS).toISOString() }),
  }
}

/** Where the payouts come as CSV, with the filter of the list. */
export function payoutsCsvHref(workspaceId: string, filter: PayoutFilter): string {
  return `/api/v1/payouts.csv?${new URLSearchParams({ workspaceId, ...filter })}`
}
