'use client'

import { useIsHydrated } from '../auth/use-is-hydrated'
import { cn } from '../ui/cn'
import { exactTime } from '../ui/format-time'

type LocalTimeProps = { at: string; className?: string }

/** A moment in this browser's zone ("21 Nov, 09:46"), the exact UTC on hover. */
export function LocalTime({ at, className }: LocalTimeProps) {
  const isHydrated = useIsHydrated()
  const date = new Date(at)
  // Only the browser knows its zone. Until then the same words in UTC keep the room unseen, so that nothing moves under a
  // finger and no time is read in the wrong zone.
  return (
    <time dateTime={at} title={exactTime(date)} className={cn(!isHydrated && 'invisible', className)}>
      {localWords(date, isHydrated ? undefined : 'UTC')}
    </time>
  )
}

/** Day and time in a zone, this machine's unless told; the year only when it is another one. */
function localWords(date: Date, timeZone: string | undefined): string {
  const isThisYear = date.getFullYear() === new Date().getFullYear()
  return date.toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
    ...(isThisYear ? {} : { year: 'numeric' }),
  })
}
