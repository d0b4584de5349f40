'use client'

import { useNow } from '../ui/use-now'

/** Whole seconds left, counted on from what the server said at `readAt` (milliseconds since 1970, this browser's clock). */
export function useSecondsLeft({ secondsLeft, readAt }: { secondsLeft: number; readAt: number }): number {
  const now = useNow()
  if (now === null || readAt === 0) return secondsLeft
  return Math.max(0, Math.ceil(secondsLeft - Math.max(0, now - readAt) / 1000))
}
