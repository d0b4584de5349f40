'use client'

import { useMutation } from '@tanstack/react-query'
import type { MandateDetailsView } from '@/domain/mandate'
import { Amount } from '../money/amount'
import { readProblem } from '../trpc/read-problem'
import { useTRPC } from '../trpc/trpc'
import { DangerDialog } from '../ui/danger-dialog'
import { toast } from '../ui/toast'
import { useMandatesChanged } from './use-mandates-changed'

type StopMandateDialogProps = {
  mandate: MandateDetailsView
  act: 'disable' | 'revoke'
  onClose: () => void
}

/** Turns a mandate off, or ends it for good, after saying in numbers what stops. */
export function StopMandateDialog({ mandate, act, onClose }: StopMandateDialogProps) {
  const trpc = useTRPC()
  const changed = useMandatesChanged()
  const isRevoked = act === 'revoke'
  const done = async () => {
    await changed()
    toast.success(isRevoked ? 'The mandate is revoked' : 'The mandate is off')
    onClose()
  }
  const disable = useMutation(trpc.mandates.setEnabled.mutationOptions({ onSuccess: done }))
  const revoke = useMutation(trpc.mandates.revoke.mutationOptions({ onSuccess: done }))
  const { mandateId, agentName, stoppable } = mandate
  const failed = isRevoked ? revoke : disable
  return (
    <DangerDialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={isRevoked ? `Revoke the mandate of ${agentName}` : `Turn off the mandate of ${agentName}`}
      {...(isRevoked ? { confirmName: agentName } : {})}
      actionLabel={isRevoked ? 'Revoke for good' : 'Turn off'}
      pendingLabel={isRevoked ? 'Revoking' : 'Turning off'}
      isPending={disable.isPending || revoke.isPending}
      error={failed.isError ? readProblem(failed.error).detail : null}
      onConfirm={() =>
        isRevoked ? revoke.mutate({ mandateId }) : disable.mutate({ mandateId, isEnabled: false })
      }
    >
      <p>
        {isRevoked ? 'It can never pay again' : 'It pays nothing until an approver turns it on again'}. What
        is left of it, <Amount value={mandate.remainingAmount} className="font-medium text-ink" />, stays in
        the wallet.
      </p>
      <p>
        {stoppable === 0
          ? 'No payout waits to be signed.'
          : `${stoppable} ${stoppable === 1 ? 'payout that waits' : 'payouts that wait'} to be signed will fail.`}{' '}
        What is signed already cannot be stopped here.
      </p>
    </DangerDialog>
  )
}
