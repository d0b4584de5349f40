'use client'

import { useSyncExternalStore } from 'react'

const subscribe = () => () => undefined

/** False on the server and in the first render of the browser: for what only the browser knows, such as its wallets. */
export function useIsHydrated(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => true,
    () => false,
  )
}
