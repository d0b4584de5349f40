'use client'

import { Button } from '../ui/button'
import { Notice } from '../ui/notice'
import { RelativeTime } from '../ui/relative-time'
import { readProblem } from './read-problem'
import { type ReadQuery, staleSince } from './stale-since'

export type AskedQuery = ReadQuery & { error: unknown; refetch: () => unknown }

type StaleNoticeProps = {
  query: AskedQuery
  className?: string
}

/** Above what was read and could not be read again: how old it is, and a way to ask once more. Nothing while it is new. */
export function StaleNotice({ query, className }: StaleNoticeProps) {
  const since = staleSince(query)
  if (since === null) return null
  const isOffline = query.fetchStatus === 'paused'
  return (
    <Notice
      tone="caution"
      title="This may be old"
      className={className}
      action={
        isOffline ? null : (
          <Button
            size="sm"
            pending={query.fetchStatus === 'fetching' && 'Asking'}
            onClick={() => void query.refetch()}
          >
            Retry
          </Button>
        )
      }
    >
      {isOffline ? 'This browser is offline.' : whyWords(query.error)} Shown is what was read{' '}
      <RelativeTime at={new Date(since)} />.
    </Notice>
  )
}

function whyWords(error: unknown): string {
  const { code, detail } = readProblem(error)
  return code === null ? 'The console did not answer.' : detail
}
