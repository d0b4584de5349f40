import type { ExternalToast } from 'sonner'

const listeners = new Set<() => void>()
let isWanted = false
let markReady: () => void = () => undefined
const ready = new Promise<void>((resolve) => {
  markReady = resolve
})

/** Whether anything was ever to be shown; sonner loads only then (10 kB gzipped). */
export const toastDemand = {
  get: () => isWanted,
  subscribe: (listener: () => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  },
  /** Called by the toaster once it listens; what was said before is shown then. */
  markReady: () => markReady(),
}

type Show = (title: string, options?: ExternalToast) => void

/** Says in a few words how an act went. Usable from anywhere; never for what a person must read or act on. */
export const toast: { success: Show; error: Show } = {
  success: (title, options) => void show('success', title, options),
  error: (title, options) => void show('error', title, options),
}

async function show(tone: 'success' | 'error', ...said: Parameters<Show>) {
  isWanted = true
  for (const notify of listeners) notify()
  await ready
  const sonner = await import('sonner')
  sonner.toast[tone](...said)
}
