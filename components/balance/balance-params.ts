import { parseAsString } from 'nuqs/server'

export const ENTRIES_PAGE = 50

/** How the pages of entries follow each other: the same on the server, which reads the first, and in the browser. */
export const entriesPaging = {
  getNextPageParam: ({ nextCursor }: { nextCursor: string | null }) => nextCursor ?? undefined,
}

/** `?agent=agt_…`: whose balance is shown; none means the first. */
export const agentParser = parseAsString

/** Where an agent is topped up: a page that works alone on a phone. */
export function topUpHref(agentId: string): string {
  return `/connect?${new URLSearchParams({ action: 'topup', agent: agentId })}`
}

/** Where all entries of an agent come as CSV. */
export function entriesCsvHref(workspaceId: string, agentId: string): string {
  return `/api/v1/balance/entries.csv?${new URLSearchParams({ workspaceId, agentId })}`
}

/** The agent of the address, else the first that is live; an unknown one in the address shows the first too. */
export function chosenAgent<Agent extends { agentId: string }>(
  agents: readonly Agent[],
  inAddress: string | null,
): Agent | undefined {
  return agents.find(({ agentId }) => agentId === inAddress) ?? agents[0]
}
