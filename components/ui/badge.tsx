'use client'

import { cva } from 'class-variance-authority'
import { CircleAlert, CircleCheck, CircleDot, CircleHelp, Clock, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from './cn'
import { Tooltip } from './tooltip'

export type Tone = 'neutral' | 'active' | 'positive' | 'caution' | 'danger'

const styles = cva(
  'inline-flex h-6 shrink-0 items-center gap-1.5 rounded-full border px-2 text-xs font-medium whitespace-nowrap [&_svg]:size-3.5',
  {
    variants: {
      tone: {
        neutral: 'bg-sunken text-ink-muted',
        active: 'border-accent-ink/25 bg-accent-soft text-accent-ink',
        positive: 'border-positive/25 bg-positive-soft text-positive',
        caution: 'border-caution/25 bg-caution-soft text-caution',
        danger: 'border-danger/25 bg-danger-soft text-danger',
      },
    },
  },
)

const ICONS: Record<Tone, LucideIcon> = {
  neutral: CircleDot,
  active: Clock,
  positive: CircleCheck,
  caution: CircleHelp,
  danger: CircleAlert,
}

type BadgeProps = {
  tone?: Tone
  /** Replaces the tone's icon; null for a plain label without a state. */
  icon?: LucideIcon | null
  /** What happens next and by when. With it the badge takes the focus, so that the keyboard reaches the words. */
  hint?: ReactNode
  /** Puts the hint below as text: in details, where a finger has no other way to it. */
  isHintShown?: boolean | undefined
  className?: string
  children: ReactNode
}

/** A state as icon and word; colour never says it alone. */
export function Badge({ tone = 'neutral', icon, hint, isHintShown, className, children }: BadgeProps) {
  const Icon = icon === undefined ? ICONS[tone] : icon
  const content = (
    <>
      {Icon ? <Icon aria-hidden /> : null}
      {children}
    </>
  )
  if (!hint) return <span className={cn(styles({ tone }), className)}>{content}</span>
  if (isHintShown) {
    return (
      <span className="grid justify-items-start gap-1.5">
        <span className={cn(styles({ tone }), className)}>{content}</span>
        <span className="text-[0.8125rem] text-ink-muted">{hint}</span>
      </span>
    )
  }
  return (
    <Tooltip content={hint}>
      <button type="button" className={cn(styles({ tone }), 'cursor-help!', className)}>
        {content}
      </button>
    </Tooltip>
  )
}
