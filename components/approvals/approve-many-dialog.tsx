'use client'

import { useQuery } from '@tanstack/react-query'
import type { ApprovedLine, ToApproveManyView, VoteOutcome } from '@/domain/approval'
import { Address } from '../address/address'
import { Amount } from '../money/amount'
import { usePerson, useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { useTRPC } from '../trpc/trpc'
import { Badge, type Tone } from '../ui/badge'
import { Button } from '../ui/button'
import { Dialog, DialogContent } from '../ui/dialog'
import { Notice } from '../ui/notice'
import { Skeleton } from '../ui/skeleton'
import { ConnectGate } from '../wallet/connect-gate'
import { ApprovalWarnings } from './approval-warnings'
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
  return (
    <Dialog open onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}>
      <DialogContent
        title={sign.result ? 'What came of it' : 'Approve together'}
        description={
          sign.result
            ? undefined
            : 'Your wallet asks once: for a signature over this list. It sends nothing and costs nothing.'
        }
        footer={<Button onClick={onClose}>{sign.result ? 'Done' : 'Back'}</Button>}
      >
        <div className="grid gap-4">
          {review.isError ? <ProblemState error={review.error} onRetry={() => review.refetch()} /> : null}
          {review.isPending ? <Skeleton className="h-32 w-full" /> : null}
          {review.data ? <Review review={review.data} result={sign.result?.lines ?? null} /> : null}
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

type ReviewProps = { review: ToApproveManyView; result: readonly ApprovedLine[] | null }

function Review({ review, result }: ReviewProps) {
  const { lines, missing, total } = review
  return (
    <>
      {missing.length > 0 ? (
        <Notice
          tone="caution"
          title={missing.length === 1 ? 'One is over meanwhile' : `${missing.length} are over meanwhile`}
        >
          Decided by somebody else or expired; the list below is without them.
        </Notice>
      ) : null}
      <ol className="divide-y rounded-lg border">
        {lines.map((line, index) => {
          const done = result?.find(({ approvalId }) => approvalId === line.approvalId)
          return (
            <li key={line.approvalId} className="grid gap-2 p-3">
              <div className="flex flex-wrap items-center justify-between gap-2">
                <span className="figures text-[0.8125rem] text-ink-muted">
                  {index + 1}. {line.payout.agentName}
                </span>
                <Amount value={line.payout.amount} isExact className="font-semibold" />
              </div>
              {line.recipientName ? (
                <p className="font-medium [overflow-wrap:anywhere]">{line.recipientName}</p>
              ) : null}
              <Address address={line.payout.toAddress} isFull isPlain />
              {line.payout.description ? (
                <p className="text-[0.8125rem] whitespace-pre-wrap text-ink-muted [overflow-wrap:anywhere]">
                  {line.payout.description}
                </p>
              ) : null}
              {done ? <LineOutcome outcome={done.outcome} /> : <ApprovalWarnings warnings={line.warnings} />}
            </li>
          )
        })}
      </ol>
      <p className="flex items-center justify-between gap-3 font-medium">
        Together
        <Amount value={total} isExact className="text-lg font-semibold" />
      </p>
    </>
  )
}

const OUTCOMES: Record<VoteOutcome, { tone: Tone; words: string }> = {
  approved: { tone: 'positive', words: 'Approved, it is paid next' },
  waiting: { tone: 'active', words: 'You approved, another person has to' },
  already_voted: { tone: 'active', words: 'You had approved it already' },
  expired: { tone: 'caution', words: 'Its time was over: nothing is sent' },
  decided: { tone: 'caution', words: 'Somebody else had decided already' },
  killed: { tone: 'danger', words: 'All payouts are stopped: not approved' },
  not_authorized: { tone: 'danger', words: 'Your role does not allow it: not approved' },
  not_found: { tone: 'danger', words: 'There is no such payout: not approved' },
}

function LineOutcome({ outcome }: { outcome: VoteOutcome }) {
  const { tone, words } = OUTCOMES[outcome]
  return (
    <p role="status">
      <Badge tone={tone}>{words}</Badge>
    </p>
  )
}
