'use client'

import { Address } from '../address/address'
import { useConfig } from '../config/config-context'
import { CopyButton } from '../ui/copy-button'
import { Dialog, DialogContent } from '../ui/dialog'
import { Notice } from '../ui/notice'
import { QrCode } from '../ui/qr-code'

export type WalletDialogProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  walletAddress: `0x${string}`
}

/** The wallet's address to be paid at: QR code and all its digits. */
export function ReceiveDialog({ open, onOpenChange, walletAddress }: WalletDialogProps) {
  const { chainName } = useConfig()
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent title="Receive USDC" description={`At the workspace’s wallet, on ${chainName} only.`}>
        <AddressToPay walletAddress={walletAddress} />
        <PoolIsNotFilled className="mt-5" />
      </DialogContent>
    </Dialog>
  )
}

export function AddressToPay({ walletAddress }: { walletAddress: `0x${string}` }) {
  return (
    <div className="grid justify-items-center gap-4">
      <QrCode value={walletAddress} label="QR code of the wallet address" />
      <Address address={walletAddress} isFull isPlain />
      <CopyButton value={walletAddress} what="wallet address" label="Copy address" variant="secondary" />
    </div>
  )
}

/** Said wherever USDC is brought to the wallet: it is not in the pool by that. */
export function PoolIsNotFilled({ className }: { className?: string }) {
  return (
    <Notice title="This does not fill the pool" className={className}>
      USDC sent to the wallet stays in the wallet. Press Top up to move it into the pool.
    </Notice>
  )
}
