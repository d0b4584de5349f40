'use client'

import { useConnectedWallet } from '../connect/use-connected-wallet'
import { FlowFooter } from '../wallet/flow-footer'
import { FlowProgress } from '../wallet/flow-progress'
import type { Flow } from '../wallet/flow-schema'
import type { FlowHandle } from '../wallet/use-flow'

type FundProgressProps = { flow: Flow; handle: FlowHandle; onClose: () => void }

/** A transfer to the payout wallet that was begun: how far it is, its receipt, and what can be done when it stopped. */
export function FundProgress({ flow, handle, onClose }: FundProgressProps) {
  const wallet = useConnectedWallet()
  const isSender = wallet.address?.toLowerCase() === flow.wallet.toLowerCase()
  return (
    <div className="grid gap-5">
      <FlowProgress flow={flow} handle={handle} pool={null} onAddFunds={null} onGasless={null} />
      <div className="flex flex-wrap justify-end gap-2">
        <FlowFooter
          flow={flow}
          handle={handle}
          canSign={wallet.state === 'ready' && isSender}
          onClose={onClose}
        />
      </div>
    </div>
  )
}
