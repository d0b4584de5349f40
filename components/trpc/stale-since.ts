/** What is asked of a query of react-query, with pages or without. */
export type ReadQuery = {
  data: unknown
  isError: boolean
  fetchStatus: 'fetching' | 'paused' | 'idle'
  dataUpdatedAt: number
  isFetchNextPageError?: boolean
}

/**
 * When what is shown was read, in milliseconds since 1970, if it could not be read again since, or cannot be now without a
 * network; null while it is as new as can be, and where nothing is shown. A next page that failed leaves the pages before it
 * as they were.
 */
export function staleSince(query: ReadQuery): number | null {
  if (query.data === undefined) return null
  const hasFailed = query.isError && !query.isFetchNextPageError
  return hasFailed || query.fetchStatus === 'paused' ? query.dataUpdatedAt : null
}
