const STEPS = [
  { unit: 'second', seconds: 1, below: 60 },
  { unit: 'minute', seconds: 60, below: 3600 },
  { unit: 'hour', seconds: 3600, below: 86_400 },
  { unit: 'day', seconds: 86_400, below: 86_400 * 14 },
] as const

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

// The page's clock ticks once a second in whole seconds: what has just happened must not stand in the future.
const CLOCK_LAG_SECONDS = 2

/** "2 s ago", "in 3 min", "4 h ago", "5 days ago"; a date when more than two weeks away. Both in milliseconds. */
export function relativeTime(at: number, now: number): string {
  const seconds = Math.round(Math.abs(now - at) / 1000)
  if (seconds < 1 || (at > now && seconds <= CLOCK_LAG_SECONDS)) return 'now'
  const step = STEPS.find(({ below }) => seconds < below)
  if (!step) return dateWords(new Date(at))
  const count = Math.floor(seconds / step.seconds)
  const words = { second: 's', minute: 'min', hour: 'h', day: count === 1 ? 'day' : 'days' }[step.unit]
  return at > now ? `in ${count} ${words}` : `${count} ${words} ago`
}

/** "21 Nov 2026" in UTC: the same words on the server and in the browser. */
export function dateWords(at: Date): string {
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`
}

/** "21 Nov 2026, 07:46:57 UTC". */
export function exactTime(at: Date): string {
  return `${dateWords(at)}, ${at.toISOString().slice(11, 19)} UTC`
}
