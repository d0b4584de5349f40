'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { PayoutDetailView } from '@/domain/payout-console'
import { Amount } from '../money/amount'
import { useWorkspace } from '../shell/workspace-context'
import { readProblem } from '../trpc/read-problem'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { DangerDialog } from '../ui/danger-dialog'
import { toast } from '../ui/toast'

/** Ends a payout that is not signed yet, after asking once. */
export function CancelPayoutButton({ payout }: { payout: PayoutDetailView }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const { id: workspaceId } = useWorkspace()
  const [isAsking, setIsAsking] = useState(false)
  const cancel = useMutation(
    trpc.payouts.cancel.mutationOptions({
      onSuccess: async () => {
        setIsAsking(false)
        toast.success('The payout is cancelled', { description: 'Nothing was signed or sent.' })
        await queryClient.invalidateQueries({ queryKey: trpc.payouts.pathKey() })
      },
    }),
  )
  return (
    <>
      <Button variant="danger-outline" onClick={() => setIsAsking(true)}>
        Cancel the payout
      </Button>
      <DangerDialog
        open={isAsking}
        onOpenChange={setIsAsking}
        title="Cancel the payout"
        actionLabel="Cancel the payout"
        pendingLabel="Cancelling"
        isPending={cancel.isPending}
        error={cancel.isError ? readProblem(cancel.error).detail : null}
        onConfirm={() => cancel.mutate({ workspaceId, payoutId: payout.payoutId })}
      >
        <p>
          <Amount value={payout.amount} /> will not be paid
          {payout.usesBudget ? ', and the mandate’s budget is free again' : ''}.{' '}
          {payout.kind === 'sweep'
            ? 'The USDC stays in the payout wallet; an owner can send it again.'
            : 'The agent is told, and can ask again with a new payoutId.'}
        </p>
      </DangerDialog>
    </>
  )
}
