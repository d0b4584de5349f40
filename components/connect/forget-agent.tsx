'use client'

import { useState } from 'react'
import { Button } from '../ui/button'
import { Notice } from '../ui/notice'

/** Says that the bearer is kept here, and takes it out after asking once. */
export function ForgetAgent({ name, onForget }: { name: string; onForget: () => void }) {
  const [isAsking, setIsAsking] = useState(false)
  if (!isAsking) {
    return (
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1 border-t pt-3">
        <p className="min-w-0 flex-1 text-[0.8125rem] text-ink-muted">
          This browser keeps the agent’s bearer in its local storage.
        </p>
        <Button size="sm" onClick={() => setIsAsking(true)}>
          Forget it
        </Button>
      </div>
    )
  }
  return (
    <Notice
      tone="caution"
      title={`Forget the bearer of ${name} in this browser?`}
      action={
        <>
          <Button size="sm" onClick={() => setIsAsking(false)}>
            Keep it
          </Button>
          <Button size="sm" variant="danger-outline" onClick={onForget}>
            Forget the bearer
          </Button>
        </>
      }
    >
      The agent keeps working. If you have not stored the bearer elsewhere, only “Recover” with a linked
      wallet gives you a new one.
    </Notice>
  )
}
