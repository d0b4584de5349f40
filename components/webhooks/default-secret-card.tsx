'use client'

import { useQuery } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { LocalTime } from '../activity/local-time'
import { useMay, useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Card, CardBody, CardHeader } from '../ui/card'
import { RelativeTime } from '../ui/relative-time'
import { Skeleton } from '../ui/skeleton'

/** The secret that signs what goes to the `webhookUrl` of single payouts. */
export function DefaultSecretCard({ onRotate }: { onRotate: (isFirst: boolean) => void }) {
  const trpc = useTRPC()
  const { id: workspaceId } = useWorkspace()
  const mayManage = useMay('manage-webhooks')
  const secret = useQuery(trpc.webhooks.defaultSecret.get.queryOptions({ workspaceId }))
  const isFirst = secret.data?.createdAt === null
  return (
    <Card aria-labelledby="default-secret-heading" aria-busy={secret.isPending}>
      <CardHeader
        id="default-secret-heading"
        title="Payouts’ own addresses"
        description="An agent may give a payout a webhookUrl. What goes there is signed with one secret of this workspace."
        actions={
          mayManage && secret.data ? (
            <Button onClick={() => onRotate(isFirst)}>
              <KeyRound aria-hidden />
              {isFirst ? 'Make the secret' : 'Rotate the secret'}
            </Button>
          ) : undefined
        }
      />
      <CardBody>
        {secret.isError && !secret.data ? (
          <ProblemState error={secret.error} onRetry={() => secret.refetch()} />
        ) : secret.data ? (
          <p className="text-ink-muted">
            {secret.data.createdAt === null ? (
              'There is none yet: it is made when the first such payout needs it. Make it now to know it before.'
            ) : (
              <>
                Signs since <RelativeTime at={secret.data.rotatedAt ?? secret.data.createdAt} />.{' '}
                {secret.data.previousSecretEndsAt ? (
                  <>
                    The former one signs beside it until <LocalTime at={secret.data.previousSecretEndsAt} />.
                  </>
                ) : (
                  'It cannot be shown again; rotate it to get one.'
                )}
              </>
            )}
          </p>
        ) : (
          <Skeleton className="h-5 w-64" />
        )}
      </CardBody>
    </Card>
  )
}
