'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useMay, useWorkspace } from '../shell/workspace-context'
import { readProblem } from '../trpc/read-problem'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Card, CardHeader } from '../ui/card'
import { DangerDialog } from '../ui/danger-dialog'

/** What cannot be taken back: leaving and deleting. */
export function DangerZone() {
  return (
    <Card className="max-w-3xl border-danger/40">
      <CardHeader title="Danger zone" description="Each asks once more before it does anything." />
      <div className="divide-y border-t">
        <LeaveRow />
        <DeleteRow />
      </div>
    </Card>
  )
}

function DangerRow({ title, children, action }: { title: string; children: ReactNode; action: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 px-5 py-4">
      <div className="grid max-w-prose gap-0.5">
        <h3 className="font-medium">{title}</h3>
        <p className="text-[0.8125rem] text-ink-muted">{children}</p>
      </div>
      {action}
    </div>
  )
}

// The page belongs to a workspace that is gone for this person: everything is loaded anew from the start.
function useGone() {
  const queryClient = useQueryClient()
  return () => {
    queryClient.clear()
    window.location.assign('/')
  }
}

function LeaveRow() {
  const trpc = useTRPC()
  const { id, name, slug } = useWorkspace()
  const [isAsking, setIsAsking] = useState(false)
  const gone = useGone()
  const leave = useMutation(trpc.workspaces.leave.mutationOptions({ onSuccess: gone }))
  return (
    <DangerRow
      title="Leave the workspace"
      action={
        <Button variant="danger-outline" onClick={() => setIsAsking(true)}>
          Leave
        </Button>
      }
    >
      You lose access at once. The last owner cannot leave.
      <DangerDialog
        open={isAsking}
        onOpenChange={setIsAsking}
        title={`Leave ${name}`}
        confirmName={slug}
        actionLabel="Leave the workspace"
        pendingLabel="Leaving"
        isPending={leave.isPending || leave.isSuccess}
        error={leave.isError ? readProblem(leave.error).detail : null}
        onConfirm={() => leave.mutate({ workspaceId: id })}
      >
        <p>
          You will not see its balance, people or history any more. No money moves. An owner can invite you
          again.
        </p>
      </DangerDialog>
    </DangerRow>
  )
}

function DeleteRow() {
  const trpc = useTRPC()
  const { id, name, slug } = useWorkspace()
  const mayDelete = useMay('delete-workspace')
  const [isAsking, setIsAsking] = useState(false)
  const gone = useGone()
  const remove = useMutation(trpc.workspaces.delete.mutationOptions({ onSuccess: gone }))
  return (
    <DangerRow
      title="Delete the workspace"
      action={
        mayDelete ? (
          <Button variant="danger-outline" onClick={() => setIsAsking(true)}>
            Delete
          </Button>
        ) : (
          <span className="text-[0.8125rem] text-ink-muted">Owners only</span>
        )
      }
    >
      Only with an empty pool: withdraw first. The records stay, the address /w/{slug} becomes free.
      <DangerDialog
        open={isAsking}
        onOpenChange={setIsAsking}
        title={`Delete ${name}`}
        confirmName={slug}
        actionLabel="Delete the workspace"
        pendingLabel="Deleting"
        isPending={remove.isPending || remove.isSuccess}
        error={remove.isError ? readProblem(remove.error).detail : null}
        onConfirm={() => remove.mutate({ workspaceId: id, confirmSlug: slug })}
      >
        <p>
          Every member loses access at once. It moves no money: it is refused while the pool or the payout
          wallet holds anything or a payout has not ended, and USDC in the workspace’s wallet stays there.
          This cannot be undone.
        </p>
      </DangerDialog>
    </DangerRow>
  )
}
