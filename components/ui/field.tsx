'use client'

import { CircleAlert } from 'lucide-react'
import { type ReactNode, useId } from 'react'
import { cn } from './cn'
import { Label } from './label'

/** What the control inside a field must carry so that label, hint and error are read with it. */
export type FieldControlProps = {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
  'aria-required': true | undefined
}

type FieldProps = {
  label: ReactNode
  hint?: ReactNode
  error?: string | null
  /** Stands right of the label, such as a balance. */
  aside?: ReactNode
  isRequired?: boolean
  className?: string
  children: (control: FieldControlProps) => ReactNode
}

/** A control with its label, hint and error, wired by ids. The child is a function that gets the control's attributes. */
export function Field({ label, hint, error, aside, isRequired, className, children }: FieldProps) {
  const id = useId()
  const hintId = `${id}-hint`
  const errorId = `${id}-error`
  const describedBy = [error ? errorId : null, hint ? hintId : null].filter(Boolean).join(' ')
  return (
    <div className={cn('grid gap-1.5', className)}>
      <div className="flex items-baseline justify-between gap-3">
        <Label htmlFor={id}>{label}</Label>
        {aside ? <div className="text-[0.8125rem] text-ink-muted">{aside}</div> : null}
      </div>
      {children({
        id,
        'aria-describedby': describedBy || undefined,
        'aria-invalid': error ? true : undefined,
        'aria-required': isRequired ? true : undefined,
      })}
      <FieldError id={errorId} error={error} />
      {hint ? (
        <p id={hintId} className="text-[0.8125rem] text-ink-muted">
          {hint}
        </p>
      ) : null}
    </div>
  )
}

// The live region stands in the page before the words arrive, or they would not be announced.
function FieldError({ id, error }: { id: string; error: string | null | undefined }) {
  return (
    <div id={id} aria-live="polite" className={error ? undefined : 'sr-only'}>
      {error ? (
        <p className="flex items-start gap-1.5 text-[0.8125rem] text-danger">
          <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
          {error}
        </p>
      ) : null}
    </div>
  )
}
