'use client'

import { ThemeProvider } from 'next-themes'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import { type ReactNode, useState } from 'react'
import { WagmiProvider } from 'wagmi'
import { ConfigProvider } from '@/components/config/config-context'
import { TestWalletGate } from '@/components/test-wallet/test-wallet-gate'
import { ProcedureProvider } from '@/components/trpc/trpc-provider'
import { Toaster } from '@/components/ui/toaster'
import { TooltipProvider } from '@/components/ui/tooltip'
import { createWagmiConfig } from '@/components/wallet/wagmi-config'
import type { ConfigView } from '@/domain/wallet'

type ProvidersProps = { config: ConfigView; nonce: string | undefined; children: ReactNode }

/** What every page stands on. OnchainKit is not here: it costs 356 kB and is loaded by the pages that use it. */
export function Providers({ config, nonce, children }: ProvidersProps) {
  const [wagmiConfig] = useState(() => createWagmiConfig(config))
  return (
    <NuqsAdapter>
      <ThemeProvider attribute="class" defaultTheme="system" enableSystem nonce={nonce}>
        <ConfigProvider config={config}>
          <WagmiProvider config={wagmiConfig}>
            <ProcedureProvider>
              <TooltipProvider delayDuration={300}>{children}</TooltipProvider>
              <Toaster />
              <TestWalletGate />
            </ProcedureProvider>
          </WagmiProvider>
        </ConfigProvider>
      </ThemeProvider>
    </NuqsAdapter>
  )
}
