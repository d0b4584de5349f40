'use client'

import { CircleAlert, CircleCheck, Info, LoaderCircle, TriangleAlert } from 'lucide-react'
import { useTheme } from 'next-themes'
import { Toaster as Sonner } from 'sonner'

/** Where short results of an act appear. What a person must read or act on belongs into the page instead. */
export function Toaster() {
  const { resolvedTheme } = useTheme()
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
