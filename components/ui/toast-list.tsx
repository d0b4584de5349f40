'use client'

import { CircleAlert, CircleCheck, Info, LoaderCircle, TriangleAlert } from 'lucide-react'
import { useTheme } from 'next-themes'
import { useEffect } from 'react'
import { Toaster as Sonner } from 'sonner'
import { toastDemand } from './toast'

/** The list of toasts itself; mounted with the first one. */
export default function ToastList() {
  const { resolvedTheme } = useTheme()
  // The effects of children run first: sonner listens by now.
  useEffect(() => toastDemand.markReady(), [])
  return (
    <Sonner
      theme={resolvedTheme === 'dark' ? 'dark' : 'light'}
      position="bottom-right"
      containerAriaLabel="Notices"
      icons={{
        success: <CircleCheck className="size-4 text-positive" />,
        error: <CircleAlert className="size-4 text-danger" />,
        warning: <TriangleAlert className="size-4 text-caution" />,
        info: <Info className="size-4 text-accent-ink" />,
        loading: <LoaderCircle className="size-4 animate-spin text-ink-muted" />,
      }}
      toastOptions={{
        style: {
          background: 'var(--raised)',
          color: 'var(--ink)',
          border: '1px solid var(--line)',
          boxShadow: 'var(--shadow-high)',
          fontFamily: 'inherit',
          fontSize: '0.875rem',
        },
        classNames: { description: 'text-ink-muted!' },
      }}
    />
  )
}
