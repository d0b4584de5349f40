'use client'

import { Check, Copy, TriangleAlert } from 'lucide-react'
import { Button, type ButtonProps } from './button'
import { useCopied } from './use-copied'

type CopyButtonProps = Omit<ButtonProps, 'value' | 'onClick' | 'children'> & {
  value: string
  /** What is copied, for the accessible name: "address", "transaction hash". */
  what: string
  /** Words beside the icon; without them the button is an icon with a name. */
  label?: string
}

export function CopyButton({
  value,
  what,
  label,
  variant = 'ghost',
  size,
  className,
  ...rest
}: CopyButtonProps) {
  const { state, copy } = useCopied()
  const Icon = state === 'copied' ? Check : state === 'failed' ? TriangleAlert : Copy
  const words = { idle: label, copied: 'Copied', failed: 'Select and copy by hand' }[state]
  return (
    <Button
      variant={variant}
      size={size ?? (label ? 'sm' : 'icon')}
      className={className}
      aria-label={label ? undefined : `Copy ${what}`}
      onClick={() => copy(value)}
      {...rest}
    >
      <Icon aria-hidden className={state === 'copied' ? 'text-positive' : undefined} />
      {label ? words : null}
      <span aria-live="polite" className="sr-only">
        {state === 'copied' ? `Copied ${what}` : null}
        {state === 'failed' ? 'The browser did not allow copying' : null}
      </span>
    </Button>
  )
}
