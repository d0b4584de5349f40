import { cva, type VariantProps } from 'class-variance-authority'
import { LoaderCircle } from 'lucide-react'
import { Slot } from 'radix-ui'
import type { ComponentProps } from 'react'
import { cn } from './cn'

export const buttonStyles = cva(
  'inline-flex shrink-0 items-center justify-center gap-2 rounded-md font-medium whitespace-nowrap transition-colors select-none aria-disabled:cursor-not-allowed aria-disabled:opacity-55 disabled:cursor-not-allowed disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0',
  {
    variants: {
      variant: {
        primary: 'bg-accent text-on-accent shadow-low hover:bg-accent-strong',
        secondary: 'border border-line-strong bg-surface text-ink shadow-low hover:bg-sunken',
        ghost: 'text-ink-muted hover:bg-sunken hover:text-ink',
        danger: 'bg-danger-fill text-on-danger shadow-low hover:bg-danger-strong',
        'danger-outline': 'border border-danger bg-surface text-danger hover:bg-danger-soft',
        link: 'h-auto! px-0! text-accent-ink underline-offset-4 hover:underline',
      },
      size: {
        sm: 'h-8 px-2.5 text-[0.8125rem]',
        md: 'h-9 px-3.5 text-sm',
        lg: 'h-11 px-5 text-[0.9375rem]',
        icon: 'size-8',
        'icon-lg': 'size-11',
      },
    },
    defaultVariants: { variant: 'secondary', size: 'md' },
  },
)

export type ButtonProps = ComponentProps<'button'> &
  VariantProps<typeof buttonStyles> & {
    /** Renders its only child with the button's look: for links. */
    asChild?: boolean
    /** Words shown while the act is under way; the button stays focused and refuses further presses. */
    pending?: string | false | null
  }

/** A button. While `pending` it keeps its focus, says what it waits for, and ignores presses. */
export function Button({
  className,
  variant,
  size,
  asChild,
  pending,
  type,
  onClick,
  children,
  ...rest
}: ButtonProps) {
  const classes = cn(buttonStyles({ variant, size }), className)
  if (asChild) {
    return (
      <Slot.Root className={classes} onClick={onClick} {...rest}>
        {children}
      </Slot.Root>
    )
  }
  return (
    <button
      type={type ?? 'button'}
      className={classes}
      aria-disabled={pending ? true : undefined}
      aria-busy={pending ? true : undefined}
      onClick={pending ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {pending ? (
        <>
          <LoaderCircle aria-hidden className="animate-spin" />
          <span aria-live="polite">{pending}</span>
        </>
      ) : (
        children
      )}
    </button>
  )
}
