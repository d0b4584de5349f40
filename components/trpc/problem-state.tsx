'use client'

import { Button } from '../ui/button'
import { ErrorState } from '../ui/error-state'
import { readProblem } from './read-problem'

type ProblemStateProps = {
  error: unknown
  /** Whether money moved; by default a sentence for what only reads or changes settings. */
  money?: string
  onRetry?: () => void
  className?: string
}

/** A failed procedure in the page: what happened, whether money moved, what to do now. */
export function ProblemState({ error, money = 'No money moved.', onRetry, className }: ProblemStateProps) {
  const problem = readProblem(error)
  return (
    <ErrorState
      title={problem.title}
      money={money}
      requestId={problem.requestId}
      className={className}
      action={
        onRetry ? (
          <Button size="sm" onClick={onRetry}>
            Try again
          </Button>
        ) : undefined
      }
    >
      {problem.detail}
    </ErrorState>
  )
}
