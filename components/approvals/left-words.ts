const MINUTE = 60
const HOUR = 3600
const DAY = 86_400

/** "14:59", "2 h 05 min", "3 days": what a countdown shows. */
export function leftWords(seconds: number): string {
  if (seconds < HOUR) {
    return `${Math.floor(seconds / MINUTE)}:${String(seconds % MINUTE).padStart(2, '0')}`
  }
  if (seconds < 2 * DAY) {
    return `${Math.floor(seconds / HOUR)} h ${String(Math.floor((seconds % HOUR) / MINUTE)).padStart(2, '0')} min`
  }
  return `${Math.floor(seconds / DAY)} days`
}
