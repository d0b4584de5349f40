import { parseAsString, parseAsStringLiteral } from 'nuqs/server'
import { WEBHOOK_DELIVERY_STATUSES } from '@/domain/webhook'

export const DELIVERIES_PAGE = 50

/** How the pages of deliveries follow each other: the same on the server, which reads the first, and in the browser. */
export const deliveriesPaging = {
  getNextPageParam: ({ nextCursor }: { nextCursor: string | null }) => nextCursor ?? undefined,
}

/** What the address of the page says: filters, and the delivery that is open. */
export const webhooksParams = {
  endpoint: parseAsString,
  status: parseAsStringLiteral(WEBHOOK_DELIVERY_STATUSES),
  delivery: parseAsString.withOptions({ history: 'push' }),
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

type Asked = { endpoint: string | null; status: (typeof WEBHOOK_DELIVERY_STATUSES)[number] | null }

/** The filter as the server takes it; an address that nobody made names no endpoint. */
export function deliveriesFilterOf({ endpoint, status }: Asked) {
  const isKnown = endpoint === 'payouts' || (endpoint !== null && UUID.test(endpoint))
  return { ...(isKnown ? { endpointId: endpoint } : {}), ...(status ? { status } : {}) }
}
