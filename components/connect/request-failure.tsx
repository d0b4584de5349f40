'use client'

import { RequestError } from '../auth/post-json'
import { readProblem } from '../trpc/read-problem'
import { Button } from '../ui/button'
import { ErrorState } from '../ui/error-state'

type RequestFailureProps = { error: unknown; money?: string; onRetry?: () => void }

/** A request that failed, over REST, a procedure or in the wallet: what happened, whether money moved, what to do now. */
export function RequestFailure({ error, money = 'No money moved.', onRetry }: RequestFailureProps) {
  const { title, detail, requestId } = readFailure(error)
  return (
    <ErrorState
      title={title}
      money={money}
      requestId={requestId}
      action={
        onRetry ? (
          <Button size="sm" onClick={onRetry}>
            Try again
          </Button>
        ) : undefined
      }
    >
      {detail}
    </ErrorState>
  )
}

function readFailure(error: unknown): { title: string; detail: string; requestId: string | null } {
  if (error instanceof RequestError) {
    const { problem } = error
    return {
      title: problem?.title ?? 'The console did not answer',
      detail: error.message,
      requestId: problem?.requestId ?? null,
    }
  }
  const problem = readProblem(error)
  if (problem.code !== null || !isWalletError(error)) return problem
  const [detail = ''] = error.message.split('\n')
  return { title: 'The wallet could not do it', detail, requestId: null }
}

// viem and wagmi name their errors so; everything else is a request that went wrong.
function isWalletError(error: unknown): error is Error {
  return error instanceof Error && 'shortMessage' in error
}
