'use client'

import { useQuery } from '@tanstack/react-query'
import { usePerson, useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Dialog, DialogContent } from '../ui/dialog'
import { Skeleton } from '../ui/skeleton'
import { ConnectGate } from '../wallet/connect-gate'
import { ApproveManyReview } from './approve-many-review'
import { SignOutcome } from './sign-outcome'
import { signWords } from './use-sign-approval'
import { useSignMany } from './use-sign-many'

type ApproveManyDialogProps = { approvalIds: readonly string[]; onClose: () => void }

/** Line by line what one signature approves, its total, and afterwards what came of each line. */
export function ApproveManyDialog({ approvalIds, onClose }: ApproveManyDialogProps) {
  const trpc = useTRPC()
  const { id: workspaceId } = useWorkspace()
  const { address } = usePerson()
  const sign = useSignMany()
  // Read once: what is signed must not change under the person who reads it.
  const review = useQuery(
    trpc.approvals.toApproveMany.queryOptions(
      { workspaceId, approvalIds: [...approvalIds] },
      { staleTime: Number.POSITIVE_INFINITY, gcTime: 0, refetchOnWindowFocus: false },
    ),
  )
  const typedData = review.data?.typedData ?? null
  const isBusy = sign.stage === 'signing' || sign.stage === 'saving'
  return (
    // While the wallet or the server is busy it stays: what comes of each line is shown here and nowhere else.
    <Dialog open onOpenChange={(isOpen) => (isOpen || isBusy ? undefined : onClose())}>
      <DialogContent
        title={sign.result ? 'What came of it' : 'Approve together'}
        description={
          sign.result
            ? undefined
            : 'Your wallet asks once: for a signature over this list. It sends nothing and costs nothing.'
        }
        footer={
          sign.stage === 'signing' ? (
            <Button onClick={sign.abandon}>Stop waiting for the wallet</Button>
          ) : (
            <Button onClick={onClose} disabled={isBusy}>
              {sign.result ? 'Done' : 'Back'}
            </Button>
          )
        }
      >
        <div className="grid gap-4">
          {review.isError ? <ProblemState error={review.error} onRetry={() => review.refetch()} /> : null}
          {review.isPending ? <Skeleton className="h-32 w-full" /> : null}
          {review.data ? (
            <ApproveManyReview
              review={review.data}
              readAt={review.dataUpdatedAt}
              result={sign.result?.lines ?? null}
            />
          ) : null}
          <SignOutcome isDeclined={sign.stage === 'declined'} error={sign.error} />
          {typedData && !sign.result ? (
            <ConnectGate address={address} purpose="to sign the list">
              <Button
                variant="primary"
                size="lg"
                className="w-full"
                pending={signWords(sign.stage)}
                onClick={() => sign.approve(typedData)}
              >
                Sign and approve {typedData.message.approvals.length}
              </Button>
            </ConnectGate>
          ) : null}
        </div>
      </DialogContent>
    </Dialog>
  )
}
