import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query'
import { headers } from 'next/headers'
import { cache } from 'react'
import { makeQueryClient } from '@/components/trpc/query-client'
import type { ConfigView } from '@/domain/wallet'
import { createContext } from '@/server/trpc/context'
import { appRouter, createCaller } from '@/server/trpc/root'

// One context a request: the session is looked up once for the whole page.
const readContext = cache(async () => createContext({ headers: await headers() }))

/** Calls procedures in process while a page renders, as the person of the request. */
export const readCaller = cache(async () => createCaller(await readContext()))

/** The deployment's config as `GET /api/v1/config` shows it. */
export async function readConfig(): Promise<ConfigView> {
  return (await readCaller()).config.get()
}

/** Who is signed in, or null; asked once a request. */
export const readMe = cache(async () => (await readCaller()).auth.me())

/** For prefetching: the same query options as in the browser, answered in process. One client a request. */
export const readPrefetcher = cache(async () => {
  const queryClient = makeQueryClient()
  const trpc = createTRPCOptionsProxy({ router: appRouter, ctx: readContext, queryClient })
  return { queryClient, trpc }
})
