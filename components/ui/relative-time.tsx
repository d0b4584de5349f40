'use client'

import { exactTime, relativeTime } from './format-time'
import { useNow } from './use-now'

type RelativeTimeProps = {
  /** ISO 8601 or a date. */
  at: string | Date
  className?: string
}

/** "2 min ago", moving by itself; the exact time on hover and before the browser has a clock. */
export function RelativeTime({ at, className }: RelativeTimeProps) {
  const now = useNow()
  const date = typeof at === 'string' ? new Date(at) : at
  const exact = exactTime(date)
  return (
    <time dateTime={date.toISOString()} title={exact} className={className}>
      {now === null ? exact : relativeTime(date.getTime(), now)}
    </time>
  )
}
