'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { UnattributedDepositView } from '@/domain/deposits'
import { Address } from '../address/address'
import { Amount } from '../money/amount'
import { readProblem } from '../trpc/read-problem'
import { useTRPC } from '../trpc/trpc'
import { DangerDialog } from '../ui/danger-dialog'
import { toast } from '../ui/toast'

type Props = { deposit: UnattributedDepositView; onClose: () => void }

/** Sends a deposit that is nobody's back to the wallet it came from. */
export default function ReturnDepositDialog({ deposit, onClose }: Props) {
  const giveBack = useReturn(onClose)
  return (
    <DangerDialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title="Return this deposit to its sender?"
      actionLabel="Return it"
      pendingLabel="Returning"
      isPending={giveBack.isPending}
      error={giveBack.error ? readProblem(giveBack.error).detail : null}
      onConfirm={() => giveBack.mutate({ depositId: deposit.depositId })}
    >
      <p>
        <Amount value={deposit.amount} isExact /> leave the receive address for good and go to:
      </p>
      <Address address={deposit.sender} isFull isPlain />
      <p>An exchange’s wallet may not credit a return to its customer.</p>
    </DangerDialog>
  )
}

function useReturn(onDone: () => void) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  return useMutation(
    trpc.instance.returnDeposit.mutationOptions({
      onSuccess: () => {
        toast.success('On its way back', { description: 'The worker signs and sends it within seconds.' })
        onDone()
      },
      onSettled: () =>
        queryClient.invalidateQueries({ queryKey: trpc.instance.unattributedDeposits.queryKey() }),
    }),
  )
}
