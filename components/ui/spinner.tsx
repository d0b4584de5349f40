import { LoaderCircle } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from './cn'

/** A spinner never stands alone: the words say what is awaited. */
export function Spinner({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <p role="status" className={cn('flex items-center gap-2 text-ink-muted', className)}>
      <LoaderCircle aria-hidden className="size-4 shrink-0 animate-spin" />
      {children}
    </p>
  )
}
