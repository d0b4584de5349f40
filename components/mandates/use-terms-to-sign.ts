import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTRPC } from '../trpc/trpc'
import type { LoweredTerms } from './read-terms'

const PAUSE_MILLISECONDS = 300
const REFRESH_MILLISECONDS = 10_000

/** What signing these terms means by the server's rules, asked anew once the typing pauses; the last answer stands meanwhile. */
export function useTermsToSign({ mandateId, terms }: { mandateId: string; terms: LoweredTerms | null }) {
  const trpc = useTRPC()
  const [asked, setAsked] = useState<LoweredTerms>({})
  // A wrong field leaves what stood before; its own words say what is wrong.
  const wanted = terms && JSON.stringify(terms)
  useEffect(() => {
    if (wanted === null) return
    const timer = setTimeout(() => setAsked(JSON.parse(wanted) as LoweredTerms), PAUSE_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [wanted])
  const { data, isPlaceholderData } = useQuery(
    trpc.mandates.toSign.queryOptions(
      { mandateId, terms: asked },
      { placeholderData: keepPreviousData, refetchInterval: REFRESH_MILLISECONDS, retry: false },
    ),
  )
  return { toSign: data ?? null, isCurrent: !isPlaceholderData && JSON.stringify(asked) === wanted }
}
