import { QueryClient } from '@tanstack/react-query'
import { TRPCClientError } from '@trpc/client'
import superjson from 'superjson'

const STALE_MILLISECONDS = 10_000
const RETRIES = 2

/** One client a browser tab, one a request on the server; both move bigints and dates through superjson. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: STALE_MILLISECONDS, retry: isWorthARetry },
      dehydrate: { serializeData: superjson.serialize },
      hydrate: { deserializeData: superjson.deserialize },
    },
  })
}

// What the server refused once it refuses again; only what failed on the way is asked again.
function isWorthARetry(failures: number, error: unknown): boolean {
  if (failures >= RETRIES) return false
  const status = error instanceof TRPCClientError ? error.data?.httpStatus : undefined
  return typeof status !== 'number' || status >= 500
}
