'use client'

import { useQuery } from '@tanstack/react-query'
import { useConfig } from '../config/config-context'

/** Registered names by address in lower case; who has none is not in it. */
export type Names = Readonly<Record<string, string>>

const NONE: Names = {}
const FRESH_MILLISECONDS = 30 * 60_000

/**
 * The Basenames or ENS names of people, as far as they are known. Where names are not configured (always on the local
 * chain) nothing is loaded and nobody is asked; a name that cannot be read is left out.
 */
export function useNames(addresses: readonly string[]): Names {
  const config = useConfig()
  const { namesRpcUrl } = config.features
  const asked = [...new Set(addresses.map((address) => address.toLowerCase()))].sort()
  const { data } = useQuery({
    queryKey: ['names', config.chainId, asked],
    enabled: namesRpcUrl !== null && asked.length > 0,
    staleTime: FRESH_MILLISECONDS,
    retry: false,
    refetchOnWindowFocus: false,
    queryFn: async () => {
      if (namesRpcUrl === null) return NONE
      const { readNames } = await import('./read-names')
      return readNames({ config, namesRpcUrl, addresses: asked })
    },
  })
  return data ?? NONE
}
