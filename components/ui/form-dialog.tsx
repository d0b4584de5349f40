'use client'

import { type FormEventHandler, type ReactNode, useId } from 'react'
import { Button } from './button'
import { Dialog, DialogContent } from './dialog'

type FormDialogProps = {
  title: string
  description: string
  submitLabel: string
  /** Words while it is sent; false otherwise. */
  pending: string | false
  onSubmit: FormEventHandler<HTMLFormElement>
  onClose: () => void
  /** The fields. */
  children: ReactNode
}

/** A form whose buttons stay in sight below it. */
export function FormDialog(props: FormDialogProps) {
  const { title, description, submitLabel, pending, onSubmit, onClose, children } = props
  const id = useId()
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent
        title={title}
        description={description}
        footer={
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" form={id} variant="primary" pending={pending}>
              {submitLabel}
            </Button>
          </>
        }
      >
        <form id={id} noValidate className="grid gap-4" onSubmit={onSubmit}>
          {children}
        </form>
      </DialogContent>
    </Dialog>
  )
}
