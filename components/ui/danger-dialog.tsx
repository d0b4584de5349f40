'use client'

import { TriangleAlert } from 'lucide-react'
import { AlertDialog } from 'radix-ui'
import { type FormEvent, type ReactNode, useState } from 'react'
import { Button } from './button'
import { Field } from './field'
import { Input } from './input'

type DangerDialogProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  /** What it does, in numbers. */
  children: ReactNode
  /** The name to type before the button works. Left out, the dialog asks once without typing. */
  confirmName?: string
  actionLabel: string
  pendingLabel: string
  isPending?: boolean
  error?: string | null
  onConfirm: () => void
}

/** Asks once before something that cannot be undone; the name must be typed. Stays open until the caller closes it. */
export function DangerDialog(props: DangerDialogProps) {
  const { open, onOpenChange, title, children, confirmName, actionLabel, pendingLabel, isPending, error } =
    props
  const [typed, setTyped] = useState('')
  const isConfirmed = confirmName === undefined || typed.trim() === confirmName
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isConfirmed && !isPending) props.onConfirm()
  }
  const change = (next: boolean) => {
    setTyped('')
    onOpenChange(next)
  }
  return (
    <AlertDialog.Root open={open} onOpenChange={change}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-50 animate-fade bg-overlay" />
        <AlertDialog.Content className="fixed inset-x-0 bottom-0 z-50 max-h-[92dvh] animate-slide-up overflow-y-auto rounded-t-xl border bg-raised shadow-high sm:inset-auto sm:top-1/2 sm:left-1/2 sm:w-[calc(100vw-2rem)] sm:max-w-md sm:-translate-x-1/2 sm:-translate-y-1/2 sm:animate-fade sm:rounded-xl">
          <form onSubmit={submit} className="grid gap-4 p-5">
            <div className="flex gap-3">
              <span className="flex size-9 shrink-0 items-center justify-center rounded-full bg-danger-soft text-danger">
                <TriangleAlert aria-hidden className="size-4.5" />
              </span>
              <div className="grid gap-1.5">
                <AlertDialog.Title className="text-base font-semibold">{title}</AlertDialog.Title>
                <AlertDialog.Description asChild>
                  <div className="grid gap-2 text-sm text-ink-muted">{children}</div>
                </AlertDialog.Description>
              </div>
            </div>
            {confirmName === undefined ? null : (
              <Field
                label={
                  <>
                    Type {<strong className="font-semibold wrap-anywhere">{confirmName}</strong>} to confirm
                  </>
                }
              >
                {(control) => (
                  <Input
                    {...control}
                    autoComplete="off"
                    spellCheck={false}
                    value={typed}
                    onChange={(event) => setTyped(event.target.value)}
                  />
                )}
              </Field>
            )}
            {error ? (
              <p role="alert" className="text-sm text-danger">
                {error}
              </p>
            ) : null}
            <div className="flex flex-col-reverse gap-2 sm:flex-row sm:justify-end [&_button]:h-11 sm:[&_button]:h-9">
              <AlertDialog.Cancel asChild>
                <Button>Cancel</Button>
              </AlertDialog.Cancel>
              <Button
                type="submit"
                variant="danger"
                disabled={!isConfirmed}
                pending={isPending && pendingLabel}
              >
                {actionLabel}
              </Button>
            </div>
          </form>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
