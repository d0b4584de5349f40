import type { ComponentProps } from 'react'
import { cn } from './cn'
import { inputStyles } from './input'

/** Several lines of text. */
export function Textarea({ className, ...rest }: ComponentProps<'textarea'>) {
  return <textarea className={cn(inputStyles, 'h-auto min-h-20 py-2 sm:h-auto', className)} {...rest} />
}
