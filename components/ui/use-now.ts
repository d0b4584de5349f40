'use client'

import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let nowMilliseconds = Date.now()

// One clock for the page, a tick a second, stopped when nobody looks at it.
function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    nowMilliseconds = Date.now()
    for (const notify of listeners) notify()
  }, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

function readNow(): number {
  if (!timer) nowMilliseconds = Date.now()
  return nowMilliseconds
}

/** Milliseconds since 1970, moving once a second; null while the server renders, which has another clock. */
export function useNow(): number | null {
  return useSyncExternalStore(subscribe, readSecond, () => null)
}

function readSecond(): number {
  return Math.floor(readNow() / 1000) * 1000
}
