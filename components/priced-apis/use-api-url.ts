'use client'

import { useIsHydrated } from '../auth/use-is-hydrated'

/** Where agents call an API: a path first, and the whole address once the browser has said where it is. */
export function useApiUrl(slug: string): string {
  const isHydrated = useIsHydrated()
  return `${isHydrated ? window.location.origin : ''}/api/v1/paid/${slug}`
}
