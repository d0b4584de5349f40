'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { OpenPayoutsView } from '@/domain/policy'
import { Amount } from '../money/amount'
import { useWorkspace } from '../shell/workspace-context'
import { readProblem } from '../trpc/read-problem'
import { useTRPC } from '../trpc/trpc'
import { DangerDialog } from '../ui/danger-dialog'
import { Field } from '../ui/field'
import { Input } from '../ui/input'
import { Skeleton } from '../ui/skeleton'
import { toast } from '../ui/toast'
import { usePolicyChanged } from './use-policy'

const REFRESH_MILLISECONDS = 3000
const MAX_NOTE = 200

/** The kill switch: says in numbers what it ends, asks for the workspace's name, needs no signature. */
export function StopPayoutsDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC()
  const { id: workspaceId, slug } = useWorkspace()
  const [note, setNote] = useState('')
  const changed = usePolicyChanged()
  const open = useQuery(
    trpc.policies.openPayouts.queryOptions({ workspaceId }, { refetchInterval: REFRESH_MILLISECONDS }),
  )
  const stop = useMutation(
    trpc.policies.stopPayouts.mutationOptions({
      onSuccess: async ({ ended }) => {
        toast.success('All payouts are stopped', {
          description: `${countWords(ended)} ended. Nothing more is signed or sent.`,
        })
        onClose()
        await changed()
      },
    }),
  )
  return (
    <DangerDialog
      open
      onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}
      title="Stop all payouts"
      confirmName={slug}
      actionLabel="Stop all payouts"
      pendingLabel="Stopping"
      isPending={stop.isPending}
      error={stop.isError ? readProblem(stop.error).detail : null}
      onConfirm={() => stop.mutate({ workspaceId, ...(note.trim() && { note: note.trim() }) })}
    >
      <p>At once, for every agent and mandate of this workspace. It needs no signature.</p>
      <WhatItEnds open={open.data} isError={open.isError} />
      <p>Agents that ask meanwhile are refused. Only an owner can let payouts go on, with a signature.</p>
      <Field label="Why (optional)" className="text-ink">
        {(control) => (
          <Input
            {...control}
            value={note}
            maxLength={MAX_NOTE}
            placeholder="What everybody here should know"
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </Field>
    </DangerDialog>
  )
}

function WhatItEnds({ open, isError }: { open: OpenPayoutsView | undefined; isError: boolean }) {
  if (!open && isError)
    return <p>How many payouts are open could not be read. Stopping works all the same.</p>
  if (!open) return <Skeleton className="w-56" />
  const { waiting, authorized, signed } = open
  return (
    <ul className="list-disc pl-5">
      <li>
        Ends {countWords(waiting.count)} waiting for approval (<Amount value={waiting.amount} />)
      </li>
      <li>
        Ends {countWords(authorized.count)} approved and not signed (<Amount value={authorized.amount} />)
      </li>
      {signed.count > 0 ? (
        <li>
          {countWords(signed.count)} signed already (<Amount value={signed.amount} />) cannot be ended; what
          is not sent yet is held back
        </li>
      ) : null}
    </ul>
  )
}

function countWords(count: number): string {
  return count === 1 ? '1 payout' : `${count} payouts`
}
