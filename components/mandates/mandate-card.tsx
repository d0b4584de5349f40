'use client'

import { useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { mandateIdSchema } from '@/domain/mandate'
import { ProblemState } from '../trpc/problem-state'
import { readProblem } from '../trpc/read-problem'
import { useTRPC } from '../trpc/trpc'
import { Card } from '../ui/card'
import { Skeleton } from '../ui/skeleton'
import {
  LinkFirst,
  MandateEnded,
  MandateRevoked,
  MandateSigned,
  NoSuchMandate,
  WaitsForOthers,
} from './mandate-ends'
import { MandateFacts } from './mandate-facts'

const REFRESH_MILLISECONDS = 5_000

// The form and its schemas are no part of what is read first, and the server knows no wallet to sign with.
const MandateSigning = dynamic(() => import('./mandate-signing').then((module) => module.MandateSigning), {
  ssr: false,
  loading: () => <Skeleton className="h-11 w-full" />,
})

type MandateCardProps = { mandateId: string; address: `0x${string}` }

/** One mandate for who may sign it: what it allows, and whatever can be done in the state it is in. */
export function MandateCard({ mandateId, address }: MandateCardProps) {
  const trpc = useTRPC()
  const isId = mandateIdSchema.safeParse(mandateId).success
  const query = useQuery(
    trpc.mandates.get.queryOptions(
      { mandateId },
      {
        enabled: isId,
        retry: false,
        refetchInterval: ({ state }) =>
          state.data?.status === 'pending_signature' ? REFRESH_MILLISECONDS : false,
      },
    ),
  )
  if (!isId) return <NoSuchMandate />
  if (query.data === undefined && query.isError) {
    const { code, details } = readProblem(query.error)
    if (code === 'mandate_not_found') return <NoSuchMandate />
    if (code === 'agent_not_linked') return <LinkFirst url={String(details.authorizationUrl ?? '/')} />
    return <ProblemState error={query.error} onRetry={() => query.refetch()} />
  }
  if (query.data === undefined) {
    return (
      <Card aria-busy="true" className="grid gap-3 p-5">
        <Skeleton className="h-6 w-48" />
        <Skeleton className="h-32 w-full" />
        <Skeleton className="h-11 w-full" />
      </Card>
    )
  }
  const mandate = query.data
  const hasSigned = mandate.signers.some((signer) => signer.address === address)
  return (
    <Card>
      <MandateFacts mandate={mandate} />
      <div className="grid gap-4 border-t p-5">
        {mandate.status === 'expired' ? (
          <MandateEnded mandate={mandate} />
        ) : mandate.status === 'revoked' ? (
          <MandateRevoked mandate={mandate} />
        ) : mandate.status === 'signed' ? (
          <MandateSigned mandate={mandate} />
        ) : (hasSigned && mandate.signatureCount < mandate.requiredSignatures) || !mandate.mayApprove ? (
          <WaitsForOthers mandate={mandate} hasSigned={hasSigned} />
        ) : (
          <MandateSigning key={mandate.signatureCount} mandate={mandate} address={address} />
        )}
      </div>
    </Card>
  )
}
