'use client'

import { useWorkspace } from '../shell/workspace-context'
import { WalletPanel } from './wallet-panel'

/** The wallet panel of the workspace that the page is about. */
export function OverviewWallet() {
  const { id, walletAddress } = useWorkspace()
  return <WalletPanel workspaceId={id} walletAddress={walletAddress} />
}
