'use client'

import { useId, useState } from 'react'
import { Button } from '../ui/button'
import { Checkbox } from '../ui/checkbox'
import { CopyButton } from '../ui/copy-button'
import { Dialog, DialogContent } from '../ui/dialog'
import { Label } from '../ui/label'
import { Notice } from '../ui/notice'
import { Secret } from './secret'

type TokenDialogProps = {
  agentName: string
  token: string
  /** When the former token dies, after a rotation. */
  previousExpiresAt?: string | undefined
  onClose: () => void
}

/** The secret, once. It closes only after the person says that it is stored: nothing can show it again. */
export function TokenDialog({ agentName, token, previousExpiresAt, onClose }: TokenDialogProps) {
  const [isStored, setIsStored] = useState(false)
  const [isReminded, setIsReminded] = useState(false)
  const id = useId()
  const close = () => {
    if (isStored) onClose()
    else setIsReminded(true)
  }
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : close())}>
      <DialogContent
        title={`Token of ${agentName}`}
        description="Whoever has it can spend this agent's balance. It is stored here only as a hash and cannot be shown again."
        footer={
          <Button variant="primary" disabled={!isStored} onClick={onClose}>
            Done
          </Button>
        }
      >
        <div className="grid gap-4">
          <Secret value={token} label="Token" />
          <CopyButton value={token} what="the token" label="Copy the token" variant="secondary" size="lg" />
          {previousExpiresAt ? (
            <Notice title="The former token works for another minute">
              Give the agent this one before{' '}
              <time dateTime={previousExpiresAt}>{previousExpiresAt.slice(11, 19)} UTC</time>.
            </Notice>
          ) : null}
          <div className="flex items-start gap-3 rounded-md border border-line-strong/60 p-3">
            <Checkbox
              id={id}
              checked={isStored}
              onCheckedChange={(checked) => setIsStored(checked === true)}
              aria-required
              aria-describedby={`${id}-why`}
              className="mt-0.5"
            />
            <span className="grid gap-0.5">
              <Label htmlFor={id}>I have stored it</Label>
              <span id={`${id}-why`} className="text-[0.8125rem] text-ink-muted">
                In a password manager, or where the agent reads its secrets.
              </span>
            </span>
          </div>
          <p role="alert" className={isReminded && !isStored ? 'text-[0.8125rem] text-danger' : 'sr-only'}>
            {isReminded && !isStored
              ? 'Store the token and tick the box first: it cannot be shown again.'
              : ''}
          </p>
        </div>
      </DialogContent>
    </Dialog>
  )
}
