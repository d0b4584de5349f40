'use client'

import { KeyRound } from 'lucide-react'
import { Button } from '../ui/button'
import { Card, CardBody, CardHeader } from '../ui/card'
import { CopyButton } from '../ui/copy-button'

type TokenOnceProps = {
  token: string
  /** A recovered agent's former token lives a little longer. */
  isRecovered: boolean
  onStored: () => void
}

/** The agent's bearer, shown once: copy it, then say that it is stored. */
export function TokenOnce({ token, isRecovered, onStored }: TokenOnceProps) {
  return (
    <Card aria-labelledby="token-title" className="border-accent-ink/40">
      <CardHeader
        id="token-title"
        title={
          <span className="flex items-center gap-2">
            <KeyRound aria-hidden className="size-4 text-accent-ink" />
            The agent’s bearer
          </span>
        }
        description="Shown this once. Give it to the agent as its Authorization: Bearer, and keep it like a password: whoever has it spends the agent’s balance."
      />
      <CardBody className="grid gap-3">
        <code className="rounded-md border bg-sunken px-3 py-2.5 font-mono text-[0.8125rem] break-all select-all">
          {token}
        </code>
        {isRecovered ? (
          <p className="text-[0.8125rem] text-ink-muted">
            The former bearer stops working 60 seconds after this one was made.
          </p>
        ) : null}
        <p className="text-[0.8125rem] text-ink-muted">
          This browser keeps it too, in its local storage for this site, so that you can link wallets and top
          up here. You can make it forget the bearer below.
        </p>
        <div className="flex gap-2 max-sm:flex-col [&_button]:h-11 sm:[&_button]:h-9">
          <CopyButton value={token} what="the bearer" label="Copy the bearer" variant="primary" size="md" />
          <Button onClick={onStored}>I have stored it</Button>
        </div>
      </CardBody>
    </Card>
  )
}
