const SECOND = 1
const MINUTE = 60
const HOUR = 3_600

/** What lies between one try and the next, in seconds: ten tries in three days (71 h 35 min). */
export const RETRY_SECONDS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  20 * HOUR,
] as const

// So that the deliveries that failed together while a server was away do not come back together.
const JITTER = 0.1

/** Seconds until the next try after `failures` failed ones, up to a tenth more or less; null when it is given up. */
export function retryDelay(failures: number, random: () => number = Math.random): number | null {
  const delay = RETRY_SECONDS[failures - 1]
  return delay === undefined ? null : delay * (1 + JITTER * (2 * random() - 1))
}
