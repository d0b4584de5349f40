'use client'

import { useIsHydrated } from '../auth/use-is-hydrated'
import { exactTime } from '../ui/format-time'

type LocalTimeProps = { at: string; className?: string }

/** A moment in this browser's zone ("21 Nov, 09:46"), the exact UTC on hover; UTC until the browser has taken over. */
export function LocalTime({ at, className }: LocalTimeProps) {
  const isHydrated = useIsHydrated()
  const date = new Date(at)
  const exact = exactTime(date)
  return (
    <time dateTime={at} title={exact} className={className}>
      {isHydrated ? localWords(date) : exact}
    </time>
  )
}

/** Day and time in this browser's zone; the year only when it is another one. */
function localWords(date: Date): string {
  const isThisYear = date.getFullYear() === new Date().getFullYear()
  return date.toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    ...(isThisYear ? {} : { year: 'numeric' }),
  })
}
