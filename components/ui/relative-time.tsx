'use client'

import { exactTime, relativeTime } from './format-time'
import { useNow } from './use-now'

type RelativeTimeProps = {
  /** ISO 8601 or a date. */
  at: string | Date
  className?: string
}

/** "2 min ago", moving by itself; the exact time on hover. */
export function RelativeTime({ at, className }: RelativeTimeProps) {
  const now = useNow()
  const date = typeof at === 'string' ? new Date(at) : at
  // The server's clock and the browser's may differ by a word. The words of the server are kept until the browser takes
  // over, and then the element is made anew: otherwise words that React takes for equal would stand until they change.
  return (
    <time
      key={now === null ? 'server' : 'browser'}
      suppressHydrationWarning
      dateTime={date.toISOString()}
      title={exactTime(date)}
      className={className}
    >
      {relativeTime(date.getTime(), now ?? Date.now())}
    </time>
  )
}
