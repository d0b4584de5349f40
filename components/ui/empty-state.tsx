import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from './cn'

type EmptyStateProps = {
  icon?: LucideIcon
  title: string
  children?: ReactNode
  /** The one thing to do next. */
  action?: ReactNode
  className?: string
}

export function EmptyState({ icon: Icon, title, children, action, className }: EmptyStateProps) {
  return (
    <div className={cn('flex flex-col items-center gap-3 px-6 py-8 text-center', className)}>
      {Icon ? (
        <span className="flex size-10 items-center justify-center rounded-full bg-sunken text-ink-faint">
          <Icon aria-hidden className="size-5" />
        </span>
      ) : null}
      <div className="grid max-w-sm gap-1">
        <p className="font-medium">{title}</p>
        {children ? <div className="text-ink-muted">{children}</div> : null}
      </div>
      {action}
    </div>
  )
}
