'use client'

import './generated/onchainkit.css'
import { OnchainKitProvider } from '@coinbase/onchainkit'
import { FundCard } from '@coinbase/onchainkit/fund'
import { useQuery } from '@tanstack/react-query'
import { useConfig } from '../config/config-context'
import { useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { useTRPCClient } from '../trpc/trpc'
import { Spinner } from '../ui/spinner'
import { chainOf } from './chain-of'

/** Buying USDC with Coinbase Onramp, delivered to the wallet. Loaded only when it is configured and opened. */
export function OnrampCard({ walletAddress }: { walletAddress: `0x${string}` }) {
  const config = useConfig()
  const { id: workspaceId } = useWorkspace()
  const client = useTRPCClient()
  const session = useQuery({
    queryKey: ['onramp-session', workspaceId, walletAddress],
    // A session serves once: opening the card starts one, coming back to the window must not start another.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    queryFn: () => client.wallet.startOnramp.mutate({ workspaceId }),
  })
  if (session.isPending) return <Spinner>Asking Coinbase for a session</Spinner>
  if (session.isError) return <ProblemState error={session.error} onRetry={() => void session.refetch()} />
  return (
    <OnchainKitProvider
      chain={chainOf(config)}
      analytics={false}
      {...(config.features.onchainKitApiKey && { apiKey: config.features.onchainKitApiKey })}
      {...(config.features.coinbaseProjectId && { projectId: config.features.coinbaseProjectId })}
      config={{ appearance: { mode: 'auto' } }}
    >
      <FundCard
        sessionToken={session.data.sessionToken}
        assetSymbol="USDC"
        country="US"
        currency="USD"
        presetAmountInputs={['50', '100', '500']}
      />
    </OnchainKitProvider>
  )
}
