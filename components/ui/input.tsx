import type { ComponentProps } from 'react'
import { cn } from './cn'

// 16 px on phones: iOS zooms into anything smaller when it gets the focus.
export const inputStyles =
  'h-11 w-full min-w-0 rounded-md border border-line-strong bg-surface px-3 text-base text-ink shadow-low transition-colors placeholder:text-ink-faint hover:border-ink-muted focus-visible:outline-offset-0 disabled:cursor-not-allowed disabled:bg-sunken disabled:text-ink-faint aria-invalid:border-danger aria-invalid:outline-danger sm:h-9 sm:text-sm'

export function Input({ className, type = 'text', ...rest }: ComponentProps<'input'>) {
  return <input type={type} className={cn(inputStyles, className)} {...rest} />
}
