'use client'

import dynamic from 'next/dynamic'
import { useState } from 'react'
import { useConnection } from 'wagmi'
import type { ToApproveView } from '@/domain/approval'
import { Button } from '../ui/button'
import { useSigner } from '../wallet/use-signer'
import { hasApproved } from './approval-stage'
import { SignOutcome } from './sign-outcome'
import { signWords, useSignApproval } from './use-sign-approval'

const loadDeny = () => import('./deny-dialog').then(({ DenyDialog }) => DenyDialog)
const DenyDialog = dynamic(loadDeny, { ssr: false })
const loadConnect = () => import('./connect-dialog').then(({ ConnectDialog }) => ConnectDialog)
const ConnectDialog = dynamic(loadConnect, { ssr: false })

/** Approve and deny within reach of the thumb; says before the wallet opens what it will ask. Nothing for who has no right. */
export function ApprovalDecision({ view }: { view: ToApproveView }) {
  const [opened, setOpened] = useState<'deny' | 'connect' | null>(null)
  const sign = useSignApproval(view)
  if (!view.you.mayApprove) return null
  const pending = signWords(sign.stage)
  const canApprove = !view.stopped && !hasApproved(view)
  return (
    <>
      <SignOutcome isDeclined={sign.stage === 'declined'} error={sign.error} />
      <div className="sticky bottom-0 z-10 -mx-4 grid gap-3 border-t bg-background px-4 pt-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:mx-0 sm:rounded-lg sm:border sm:px-5">
        {canApprove ? (
          <p className="text-[0.8125rem] text-ink-muted">
            Approving asks your wallet once: for a signature over what is shown here. It costs no gas.
          </p>
        ) : null}
        <div className={canApprove ? 'grid grid-cols-2 gap-3' : 'grid gap-3'}>
          <Button
            variant="danger-outline"
            size="lg"
            className="h-12"
            onClick={() => setOpened('deny')}
            onPointerEnter={() => void loadDeny()}
            disabled={pending !== null}
          >
            Deny
          </Button>
          {canApprove ? (
            <ApproveButton
              address={view.you.address}
              pending={pending}
              onApprove={sign.approve}
              onConnect={() => setOpened('connect')}
            />
          ) : null}
        </div>
      </div>
      {opened === 'deny' ? <DenyDialog view={view} onClose={() => setOpened(null)} /> : null}
      {opened === 'connect' ? (
        <ConnectDialog
          address={view.you.address}
          onClose={() => setOpened(null)}
          onApprove={() => {
            setOpened(null)
            void sign.approve()
          }}
        />
      ) : null}
    </>
  )
}

type ApproveButtonProps = {
  /** The account that signs: the signed-in one. */
  address: string
  pending: string | null
  onApprove: () => void
  onConnect: () => void
}

function ApproveButton({ address, pending, onApprove, onConnect }: ApproveButtonProps) {
  const { isConnecting } = useConnection()
  const { state } = useSigner(address)
  const isReady = state === 'ready'
  const isLooking = state === 'looking' || isConnecting
  return (
    <Button
      variant="primary"
      size="lg"
      className="h-12"
      pending={pending ?? (isLooking && !isReady ? 'Looking for your wallet' : null)}
      onClick={isReady ? onApprove : onConnect}
    >
      Approve
    </Button>
  )
}
