'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import Link from 'next/link'
import { useState } from 'react'
import { type MandateDetailsView, mandateIdSchema } from '@/domain/mandate'
import { useMay } from '../shell/workspace-context'
import { DetailsSheet } from '../trpc/details-sheet'
import { ProblemState } from '../trpc/problem-state'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { toast } from '../ui/toast'
import { MandateHistory } from './mandate-history'
import { MandateStatusBadge } from './mandate-status-badge'
import { MandateTermsList } from './mandate-terms-list'
import { MandateUsage } from './mandate-usage'
import { useMandatesChanged } from './use-mandates-changed'

const REFRESH_MILLISECONDS = 10_000

const StopMandateDialog = dynamic(() =>
  import('./stop-mandate-dialog').then((module) => module.StopMandateDialog),
)

/** One mandate beside the list: its bounds, how much is used, who signed, what it paid, and every act. */
export function MandateSheet({ mandateId, onClose }: { mandateId: string; onClose: () => void }) {
  const trpc = useTRPC()
  const isId = mandateIdSchema.safeParse(mandateId).success
  const details = useQuery(
    trpc.mandates.get.queryOptions(
      { mandateId },
      { enabled: isId, refetchInterval: REFRESH_MILLISECONDS, retry: false },
    ),
  )
  return (
    <DetailsSheet
      thing="mandate"
      title={details.data ? `Mandate of ${details.data.agentName}` : 'Mandate'}
      isId={isId}
      query={details}
      onClose={onClose}
    >
      {(mandate) => <Details mandate={mandate} />}
    </DetailsSheet>
  )
}

function Details({ mandate }: { mandate: MandateDetailsView }) {
  const mayApprove = useMay('approve')
  return (
    <div className="grid gap-6">
      <div className="grid justify-items-start gap-3">
        <MandateStatusBadge mandate={mandate} isHintShown />
        <p className="break-words whitespace-pre-wrap">{mandate.naturalLanguage}</p>
      </div>
      <MandateUsage mandate={mandate} hasLegend />
      <MandateTermsList mandate={mandate} />
      <MandateHistory mandate={mandate} />
      {mayApprove ? <Acts mandate={mandate} /> : null}
    </div>
  )
}

function Acts({ mandate }: { mandate: MandateDetailsView }) {
  const trpc = useTRPC()
  const changed = useMandatesChanged()
  const [asked, setAsked] = useState<'disable' | 'revoke' | null>(null)
  const enable = useMutation(
    trpc.mandates.setEnabled.mutationOptions({
      onSuccess: async () => {
        await changed()
        toast.success('The mandate is on')
      },
    }),
  )
  const { mandateId, status, isEnabled } = mandate
  if (status === 'revoked') return null
  return (
    <div className="grid gap-3 border-t pt-5">
      {enable.isError ? <ProblemState error={enable.error} money="It stays off." /> : null}
      <div className="grid gap-2 sm:grid-cols-2">
        {status === 'pending_signature' ? (
          <Button asChild variant="primary">
            <Link href={`/mandate/${mandateId}`}>Read and sign</Link>
          </Button>
        ) : null}
        {status === 'signed' && isEnabled ? (
          <Button onClick={() => setAsked('disable')}>Turn off</Button>
        ) : null}
        {status === 'signed' && !isEnabled ? (
          <Button
            pending={enable.isPending && 'Turning on'}
            onClick={() => enable.mutate({ mandateId, isEnabled: true })}
          >
            Turn on
          </Button>
        ) : null}
        <Button variant="danger-outline" onClick={() => setAsked('revoke')}>
          Revoke
        </Button>
      </div>
      {asked ? <StopMandateDialog mandate={mandate} act={asked} onClose={() => setAsked(null)} /> : null}
    </div>
  )
}
