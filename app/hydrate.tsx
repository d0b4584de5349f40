import { dehydrate, HydrationBoundary, type QueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'

/**
 * Hands what the server has read to react-query in the browser. Prefetches are awaited before: a query still under way
 * would be rendered as loading here and as data there.
 */
export function Hydrate({ queryClient, children }: { queryClient: QueryClient; children: ReactNode }) {
  return <HydrationBoundary state={dehydrate(queryClient)}>{children}</HydrationBoundary>
}
