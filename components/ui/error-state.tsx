import { CircleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from './cn'

type ErrorStateProps = {
  /** What happened. */
  title: string
  /** Why, with the two values in conflict where there are two. */
  children?: ReactNode
  /** Whether money moved, in a sentence. */
  money?: string
  /** What to do now: a button or two. */
  action?: ReactNode
  /** Helps whoever looks into the log. */
  requestId?: string | null
  className?: string
}

/** Says what happened, whether money moved, and what to do now. */
export function ErrorState({ title, children, money, action, requestId, className }: ErrorStateProps) {
  return (
    <div
      role="alert"
      className={cn('flex gap-3 rounded-lg border border-danger/30 bg-danger-soft p-4', className)}
    >
      <CircleAlert aria-hidden className="mt-0.5 size-4.5 shrink-0 text-danger" />
      <div className="grid min-w-0 flex-1 gap-2">
        <div className="grid gap-1 text-ink">
          <p className="font-medium">{title}</p>
          {children ? <div className="break-words text-ink-muted">{children}</div> : null}
          {money ? <p className="font-medium text-ink-muted">{money}</p> : null}
        </div>
        {action ? <div className="flex flex-wrap gap-2">{action}</div> : null}
        {requestId ? <p className="font-mono text-xs text-ink-muted">Request {requestId}</p> : null}
      </div>
    </div>
  )
}
