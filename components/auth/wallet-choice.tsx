'use client'

import { ChevronRight, Wallet } from 'lucide-react'
import { useMemo } from 'react'
import { type Connector, useConnectors } from 'wagmi'
import { useIsHydrated } from './use-is-hydrated'

const DESCRIPTIONS: Record<string, string> = {
  baseAccount: 'Passkey, nothing to install',
  coinbaseWalletSDK: 'Extension or phone',
  walletConnect: 'Scan with a phone wallet',
  'dev.bursar.test-wallet': 'Test accounts and test money, nothing to install',
}

/** The wallets of this browser first (they announce themselves, EIP-6963), then those that need no extension. */
export function WalletChoice({ onChoose }: { onChoose: (connector: Connector) => void }) {
  const connectors = useConnectors()
  const isHydrated = useIsHydrated()
  const sorted = useMemo(() => sortConnectors(connectors), [connectors])
  if (!isHydrated) return <div aria-hidden className="h-28" />
  return (
    <ul className="grid gap-2">
      {sorted.map((connector) => (
        <li key={connector.uid}>
          <button
            type="button"
            onClick={() => onChoose(connector)}
            className="group flex min-h-13 w-full items-center gap-3 rounded-lg border border-line-strong bg-surface px-3 py-2 text-left shadow-low transition-colors hover:border-ink-muted hover:bg-sunken"
          >
            <WalletIcon connector={connector} />
            <span className="grid min-w-0 flex-1">
              <span className="truncate font-medium">{connector.name}</span>
              <span className="truncate text-[0.8125rem] text-ink-muted">{descriptionOf(connector)}</span>
            </span>
            <ChevronRight
              aria-hidden
              className="size-4 text-ink-faint transition-transform group-hover:translate-x-0.5"
            />
          </button>
        </li>
      ))}
    </ul>
  )
}

function WalletIcon({ connector }: { connector: Connector }) {
  return connector.icon ? (
    <span
      aria-hidden
      className="size-8 shrink-0 rounded-md bg-cover bg-center"
      style={{ backgroundImage: `url("${encodeURI(connector.icon.trim())}")` }}
    />
  ) : (
    <span className="flex size-8 shrink-0 items-center justify-center rounded-md bg-accent-soft text-accent-ink">
      <Wallet aria-hidden className="size-4" />
    </span>
  )
}

function descriptionOf(connector: Connector): string {
  return DESCRIPTIONS[connector.id] ?? 'In this browser'
}

// An extension that announces itself makes the anonymous `window.ethereum` entry of the same wallet superfluous.
function sortConnectors(connectors: readonly Connector[]): Connector[] {
  const announced = connectors.filter(isAnnounced)
  const rest = connectors.filter(
    (connector) => !isAnnounced(connector) && !(connector.id === 'injected' && announced.length > 0),
  )
  return [...announced, ...rest]
}

function isAnnounced(connector: Connector): boolean {
  return connector.type === 'injected' && connector.id !== 'injected'
}
