'use client'

import type { UseQueryResult } from '@tanstack/react-query'
import { useEffect } from 'react'
import { RequestError } from '../auth/post-json'
import { readProblem } from '../trpc/read-problem'
import { Card, CardBody, CardHeader } from '../ui/card'
import { EmptyState } from '../ui/empty-state'
import { Skeleton } from '../ui/skeleton'
import { isFinished } from '../wallet/flow-machine'
import type { PrepayDoor } from '../wallet/flow-ports'
import { useAbilities } from '../wallet/use-wallet-access'
import type { ReceiveAddress } from './deposit-answers'
import type { KeptAgent } from './kept-agents'
import { PrepayProgress } from './prepay-progress'
import { RequestFailure } from './request-failure'
import { TopUpForm } from './top-up-form'
import type { ConnectedWallet } from './use-connected-wallet'
import { usePrepayFlow } from './use-prepay-flow'

type TopUpPartProps = {
  agentId: string
  door: PrepayDoor
  receive: UseQueryResult<ReceiveAddress>
  wallet: ConnectedWallet
  /** The agent with its bearer, where this browser keeps it: linking and paying by signature need it. */
  bearer: KeptAgent | null
  onCredited: () => void
}

const NO_WALLET = '0x0000000000000000000000000000000000000000'

/** From a linked wallet to the agent's balance: the amount, one popup, the confirmations, the credit. */
export function TopUpPart({ agentId, door, receive, wallet, bearer, onCredited }: TopUpPartProps) {
  const isReady = wallet.state === 'ready'
  const { paysGas } = useAbilities({ walletAddress: wallet.address ?? NO_WALLET, isReady })
  const handle = usePrepayFlow({ agentId, door, walletAddress: wallet.address, paysGas })
  const { flow } = handle
  const isCredited = flow !== null && isFinished(flow)
  useEffect(() => {
    if (isCredited) onCredited()
  }, [isCredited, onCredited])
  return (
    <Card aria-labelledby="top-up-title">
      <CardHeader
        id="top-up-title"
        title={isCredited ? 'Receipt' : flow ? 'Top up under way' : 'Fill the balance with USDC'}
      />
      <CardBody className="grid gap-5">
        {flow ? (
          <PrepayProgress
            flow={flow}
            handle={handle}
            wallet={wallet}
            bearer={bearer}
            onLinked={() => void receive.refetch()}
          />
        ) : receive.data ? (
          <TopUpForm
            agentId={agentId}
            receive={receive.data}
            wallet={wallet}
            bearer={bearer}
            onLinked={() => void receive.refetch()}
            onStart={handle.start}
          />
        ) : receive.isError ? (
          <Unavailable error={receive.error} onRetry={() => void receive.refetch()} />
        ) : (
          <div aria-busy="true" className="grid gap-3">
            <Skeleton className="h-12 w-full" />
            <Skeleton className="h-16 w-full" />
            <Skeleton className="h-11 w-full" />
          </div>
        )}
      </CardBody>
    </Card>
  )
}

function Unavailable({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const code = error instanceof RequestError ? error.problem?.code : readProblem(error).code
  if (code === 'feature_disabled') {
    return (
      <EmptyState title="Prepaid deposits are turned off on this console">
        Its operator turns them on with PREPAY_DEPOSITS_ENABLED. Until then nothing can be sent from here.
      </EmptyState>
    )
  }
  return <RequestFailure error={error} onRetry={onRetry} />
}
