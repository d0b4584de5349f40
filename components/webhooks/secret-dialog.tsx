'use client'

import { useId, useState } from 'react'
import { LocalTime } from '../activity/local-time'
import { Secret } from '../agents/secret'
import { Button } from '../ui/button'
import { Checkbox } from '../ui/checkbox'
import { CopyButton } from '../ui/copy-button'
import { Dialog, DialogContent } from '../ui/dialog'
import { Label } from '../ui/label'
import { Notice } from '../ui/notice'
import { VerifySnippet } from './verify-snippet'

type SecretDialogProps = {
  secret: string
  /** Until when the former one signs too, after a rotation. */
  previousEndsAt?: string | null
  onClose: () => void
}

/** A signing secret, once. It closes only after the person says that it is stored: nothing can show it again. */
export default function SecretDialog({ secret, previousEndsAt = null, onClose }: SecretDialogProps) {
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
        title="Signing secret"
        description="With it your server tells our messages from anybody else’s. It is sealed here and cannot be shown again."
        footer={
          <Button variant="primary" disabled={!isStored} onClick={onClose}>
            Done
          </Button>
        }
      >
        <div className="grid grid-cols-1 gap-4">
          <Secret value={secret} label="Signing secret" />
          <CopyButton
            value={secret}
            what="the secret"
            label="Copy the secret"
            variant="secondary"
            size="lg"
          />
          {previousEndsAt ? (
            <Notice title="Both secrets sign until then">
              Give your server this one before <LocalTime at={previousEndsAt} />; the former one is accepted
              by it meanwhile.
            </Notice>
          ) : null}
          <VerifySnippet />
          <div className="flex items-center gap-3 rounded-md border border-line-strong/60 p-3">
            <Checkbox
              id={id}
              checked={isStored}
              onCheckedChange={(checked) => setIsStored(checked === true)}
              aria-required
            />
            <Label htmlFor={id}>I have stored it where my server reads its secrets</Label>
          </div>
          <p role="alert" className={isReminded && !isStored ? 'text-[0.8125rem] text-danger' : 'sr-only'}>
            {isReminded && !isStored
              ? 'Store the secret and tick the box first: it cannot be shown again.'
              : ''}
          </p>
        </div>
      </DialogContent>
    </Dialog>
  )
}
