'use client'

import { useQuery } from '@tanstack/react-query'
import type { PayoutDetailView, PayoutOnChainView } from '@/domain/payout-console'
import { failureWords } from '@/domain/payout-console'
import { Amount } from '../money/amount'
import { useWorkspace } from '../shell/workspace-context'
import { useTRPC } from '../trpc/trpc'
import { Card, CardBody, CardHeader } from '../ui/card'
import { RelativeTime } from '../ui/relative-time'
import { Skeleton } from '../ui/skeleton'
import { useNow } from '../ui/use-now'
import { Fact, Mono } from './payout-about'

const REFRESH_MILLISECONDS = 5000

/** A payout whose outcome is not known: what is held, what the chain says now, what happens next and by when. */
export function ReconcileCard({ payout }: { payout: PayoutDetailView }) {
  const trpc = useTRPC()
  const { id: workspaceId } = useWorkspace()
  const onChain = useQuery(
    trpc.payouts.onChain.queryOptions(
      { workspaceId, id: payout.id },
      { refetchInterval: REFRESH_MILLISECONDS },
    ),
  )
  const words = failureWords('tx_confirmation_timeout')
  return (
    <Card aria-labelledby="reconcile-heading" className="border-caution/40">
      <CardHeader
        id="reconcile-heading"
        title="Outcome unknown"
        description={`${words.money} ${words.next}`}
      />
      <CardBody>
        <dl className="grid gap-3">
          <Fact term="Held meanwhile">
            <span>
              <Amount value={payout.amount} /> of the payout wallet
              {payout.usesBudget ? ', the same of the mandate’s budget' : ''}
              {payout.bizId ? `, and the business id ${payout.bizId}` : ''}.
            </span>
          </Fact>
          {payout.authorization ? (
            <>
              <Fact term="Its authorization">
                <Mono>{payout.authorization.nonce}</Mono>
              </Fact>
              <Fact term="Of use until">
                <ValidBefore seconds={payout.authorization.validBefore} />
              </Fact>
            </>
          ) : null}
          <Fact term="The chain says">
            <span aria-live="polite">
              {onChain.data ? (
                chainWords(onChain.data)
              ) : onChain.isError ? (
                'It could not be asked.'
              ) : (
                <Skeleton className="w-40" />
              )}
            </span>
            {onChain.data ? (
              <span className="text-[0.8125rem] text-ink-muted">
                Asked <RelativeTime at={onChain.data.readAt} />
              </span>
            ) : null}
          </Fact>
          <Fact term="What happens next">
            <span>
              If the authorization is used, this payout becomes Paid. If a final block is past its end and it
              is unused, it becomes Not paid, and all that is held is free again: at the latest some twenty
              minutes after the end. Nobody needs to do anything.
            </span>
          </Fact>
        </dl>
      </CardBody>
    </Card>
  )
}

function ValidBefore({ seconds }: { seconds: number }) {
  const now = useNow()
  const isOver = now !== null && now >= seconds * 1000
  return (
    <span>
      <RelativeTime at={new Date(seconds * 1000)} className="figures" />
      {isOver ? ': it can no longer be used; a final block has to show that it was not' : ''}
    </span>
  )
}

function chainWords({ isUsed, isUsedFinally, isProvablyDead }: PayoutOnChainView): string {
  if (isUsed === null) return 'It does not answer just now.'
  if (isUsedFinally) return 'The authorization is used, in a final block: it was paid.'
  if (isProvablyDead)
    return 'The authorization ended unused, in a final block: nothing was paid, and nothing will be.'
  if (isUsed) return 'The authorization is used: it is paid, and the block is not final yet.'
  return 'The authorization is not used: nothing is paid so far.'
}
