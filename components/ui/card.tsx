import type { ComponentProps, ReactNode } from 'react'
import { cn } from './cn'

export function Card({ className, ...rest }: ComponentProps<'section'>) {
  return <section className={cn('min-w-0 rounded-lg border bg-surface shadow-low', className)} {...rest} />
}

type CardHeaderProps = {
  title: ReactNode
  description?: ReactNode
  /** Buttons or links at the right. */
  actions?: ReactNode
  className?: string
  /** Carried by the heading, for `aria-labelledby` of the card. */
  id?: string
}

export function CardHeader({ title, description, actions, className, id }: CardHeaderProps) {
  return (
    <header
      className={cn('flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-5 pt-4 pb-3', className)}
    >
      <div className="grid min-w-0 gap-0.5">
        <h2 id={id} className="text-[0.9375rem] font-semibold">
          {title}
        </h2>
        {description ? <p className="max-w-prose text-[0.8125rem] text-ink-muted">{description}</p> : null}
      </div>
      {actions ? <div className="flex items-center gap-2">{actions}</div> : null}
    </header>
  )
}

export function CardBody({ className, ...rest }: ComponentProps<'div'>) {
  return <div className={cn('px-5 pb-5', className)} {...rest} />
}

export function CardFooter({ className, ...rest }: ComponentProps<'footer'>) {
  return (
    <footer
      className={cn(
        'flex flex-wrap items-center justify-end gap-2 border-t bg-sunken/50 px-5 py-3',
        className,
      )}
      {...rest}
    />
  )
}
