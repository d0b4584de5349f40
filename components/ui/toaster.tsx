'use client'

import dynamic from 'next/dynamic'
import { useSyncExternalStore } from 'react'
import { toastDemand } from './toast'

const ToastList = dynamic(() => import('./toast-list'), { ssr: false })

/** Where short results of an act appear. What a person must read or act on belongs into the page instead. */
export function Toaster() {
  const isWanted = useSyncExternalStore(toastDemand.subscribe, toastDemand.get, () => false)
  return isWanted ? <ToastList /> : null
}
