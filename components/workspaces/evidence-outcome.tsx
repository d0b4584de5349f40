'use client'

import { TRPCClientError } from '@trpc/client'
import { ProblemState } from '../trpc/problem-state'
import { ErrorState } from '../ui/error-state'
import { Notice } from '../ui/notice'
import type { EvidenceStage } from './use-owner-evidence'

/** What came of asking for an owner's signature, when it did not work. */
export function EvidenceOutcome({ stage, error }: { stage: EvidenceStage; error: unknown }) {
  if (stage === 'declined') {
    return (
      <Notice tone="caution" title="You declined in the wallet">
        Nothing was changed.
      </Notice>
    )
  }
  if (!error) return null
  if (error instanceof TRPCClientError) return <ProblemState error={error} money="Nothing was changed." />
  return (
    <ErrorState title="The wallet could not sign" money="Nothing was changed.">
      {error instanceof Error ? error.message.split('\n')[0] : null}
    </ErrorState>
  )
}
