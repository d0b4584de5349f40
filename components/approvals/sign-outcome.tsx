'use client'

import { TRPCClientError } from '@trpc/client'
import { ProblemState } from '../trpc/problem-state'
import { ErrorState } from '../ui/error-state'
import { Notice } from '../ui/notice'

/** What came of asking for the signature, when it did not work. */
export function SignOutcome({ isDeclined, error }: { isDeclined: boolean; error: unknown }) {
  if (isDeclined) {
    return (
      <Notice tone="caution" title="You declined in the wallet">
        Nothing was approved. Decide again whenever you like.
      </Notice>
    )
  }
  if (!error) return null
  if (error instanceof TRPCClientError) {
    return <ProblemState error={error} money="This attempt moved no money." />
  }
  return (
    <ErrorState title="The wallet could not sign" money="Nothing was approved.">
      {error instanceof Error ? error.message.split('\n')[0] : null}
    </ErrorState>
  )
}
