import { CircleAlert, CircleCheck, Info, type LucideIcon, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from './cn'

type NoticeTone = 'info' | 'positive' | 'caution' | 'danger'

const LOOKS: Record<NoticeTone, { icon: LucideIcon; box: string; mark: string }> = {
  info: { icon: Info, box: 'border-accent-ink/25 bg-accent-soft', mark: 'text-accent-ink' },
  positive: { icon: CircleCheck, box: 'border-positive/25 bg-positive-soft', mark: 'text-positive' },
  caution: { icon: TriangleAlert, box: 'border-caution/30 bg-caution-soft', mark: 'text-caution' },
  danger: { icon: CircleAlert, box: 'border-danger/30 bg-danger-soft', mark: 'text-danger' },
}

type NoticeProps = {
  tone?: NoticeTone
  title?: ReactNode
  children?: ReactNode
  action?: ReactNode
  className?: string
}

/** A sentence that stays in the page: a condition that holds, not an event that passed. */
export function Notice({ tone = 'info', title, children, action, className }: NoticeProps) {
  const { icon: Icon, box, mark } = LOOKS[tone]
  return (
    <div role="status" className={cn('flex items-start gap-3 rounded-lg border px-4 py-3', box, className)}>
      <Icon aria-hidden className={cn('mt-0.5 size-4 shrink-0', mark)} />
      <div className="flex min-w-0 flex-1 flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="grid min-w-0 gap-0.5">
          {title ? <p className="font-medium">{title}</p> : null}
          {children ? <div className="text-ink-muted">{children}</div> : null}
        </div>
        {action ? <div className="flex shrink-0 gap-2">{action}</div> : null}
      </div>
    </div>
  )
}
