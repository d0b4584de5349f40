/**
 * Whole seconds until a transaction has its confirmations, from when the last one was seen; 0 when they should be there.
 * An estimate: blocks come when they come.
 */
export function secondsLeft({
  confirmations,
  required,
  blockTimeSeconds,
  seenAt,
  now,
}: {
  confirmations: number
  required: number
  blockTimeSeconds: number
  /** When this number of confirmations was first seen, in milliseconds since 1970. */
  seenAt: number
  now: number
}): number {
  const missing = Math.max(0, required - confirmations)
  const passed = Math.max(0, now - seenAt) / 1000
  return Math.max(0, Math.ceil(missing * blockTimeSeconds - passed))
}
