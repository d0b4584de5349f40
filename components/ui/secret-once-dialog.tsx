'use client'

import { type ReactNode, useId, useState } from 'react'
import { Button } from './button'
import { Checkbox } from './checkbox'
import { CopyButton } from './copy-button'
import { Dialog, DialogContent } from './dialog'
import { Label } from './label'
import { Secret } from './secret'

type SecretOnceDialogProps = {
  title: string
  description: string
  secret: string
  /** What it is, as in "Copy the token". */
  thing: string
  label: string
  storedLabel: string
  storedHint?: string
  onClose: () => void
  /** Between the secret and the box to tick. */
  children?: ReactNode
}

/** A secret, once. It closes only after the person says that it is stored: nothing can show it again. */
export function SecretOnceDialog(props: SecretOnceDialogProps) {
  const { title, description, secret, thing, label, storedLabel, storedHint, onClose, children } = props
  const [isStored, setIsStored] = useState(false)
  const [isReminded, setIsReminded] = useState(false)
  const id = useId()
  const close = () => {
    if (isStored) onClose()
    else setIsReminded(true)
  }
  const isWanting = isReminded && !isStored
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : close())}>
      <DialogContent
        title={title}
        description={description}
        footer={
          <Button variant="primary" disabled={!isStored} onClick={onClose}>
            Done
          </Button>
        }
      >
        <div className="grid grid-cols-1 gap-4">
          <Secret value={secret} label={label} />
          <CopyButton
            value={secret}
            what={`the ${thing}`}
            label={`Copy the ${thing}`}
            variant="secondary"
            size="lg"
          />
          {children}
          <div className="flex items-start gap-3 rounded-md border border-line-strong p-3">
            <Checkbox
              id={id}
              checked={isStored}
              onCheckedChange={(checked) => setIsStored(checked === true)}
              aria-required
              aria-describedby={storedHint ? `${id}-why` : undefined}
              className="mt-0.5"
            />
            <span className="grid gap-0.5">
              <Label htmlFor={id}>{storedLabel}</Label>
              {storedHint ? (
                <span id={`${id}-why`} className="text-[0.8125rem] text-ink-muted">
                  {storedHint}
                </span>
              ) : null}
            </span>
          </div>
          <p role="alert" className={isWanting ? 'text-[0.8125rem] text-danger' : 'sr-only'}>
            {isWanting ? `Store the ${thing} and tick the box first: it cannot be shown again.` : ''}
          </p>
        </div>
      </DialogContent>
    </Dialog>
  )
}
