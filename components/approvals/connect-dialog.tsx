'use client'

import { Button } from '../ui/button'
import { Dialog, DialogContent } from '../ui/dialog'
import { ConnectGate } from '../wallet/connect-gate'

type ConnectDialogProps = { address: string; onClose: () => void; onApprove: () => void }

/** Brings the wallet with the signed-in account, then goes on with the signature. */
export function ConnectDialog({ address, onClose, onApprove }: ConnectDialogProps) {
  return (
    <Dialog open onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}>
      <DialogContent
        title="Your wallet signs the approval"
        description="It asks to connect, then once for a signature. It sends nothing and costs nothing."
      >
        <ConnectGate address={address} purpose="to sign the approval">
          <Button variant="primary" size="lg" className="w-full" onClick={onApprove}>
            Sign the approval
          </Button>
        </ConnectGate>
      </DialogContent>
    </Dialog>
  )
}
