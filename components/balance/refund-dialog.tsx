'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import type { EntryView } from '@/domain/balance'
import { Amount } from '../money/amount'
import { useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Dialog, DialogContent } from '../ui/dialog'
import { Field } from '../ui/field'
import { Input } from '../ui/input'
import { toast } from '../ui/toast'

const MAX_REASON = 200

/** Gives a charge back to the agent, once, with a reason that stays in the audit log. */
export function RefundDialog({ entry, onClose }: { entry: EntryView; onClose: () => void }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const { id: workspaceId } = useWorkspace()
  const formId = useId()
  const [reason, setReason] = useState('')
  const refund = useMutation(
    trpc.balance.refundCharge.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.balance.pathKey() })
        toast.success('The charge was given back')
        onClose()
      },
    }),
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const chargeId = entry.charge?.id
    if (!chargeId || reason.trim() === '' || refund.isPending) return
    refund.mutate({ workspaceId, chargeId, reason: reason.trim() })
  }
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent
        title="Give this charge back"
        description="The amount goes from what this workspace earned to the agent's balance. It cannot be undone."
        footer={
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button
              type="submit"
              form={formId}
              variant="primary"
              disabled={reason.trim() === ''}
              pending={refund.isPending && 'Giving back'}
            >
              Give back
            </Button>
          </>
        }
      >
        <form id={formId} onSubmit={submit} className="grid gap-4">
          <p>
            <Amount value={entry.amount} isExact className="font-medium" />
            {entry.reference ? <span className="text-ink-muted"> for {entry.reference}</span> : null}
          </p>
          <Field label="Reason" hint="Stays in the audit log." isRequired>
            {(control) => (
              <Input
                {...control}
                value={reason}
                maxLength={MAX_REASON}
                onChange={(event) => setReason(event.target.value)}
              />
            )}
          </Field>
          {refund.isError ? (
            <ProblemState error={refund.error} money="A charge is given back once at most." />
          ) : null}
        </form>
      </DialogContent>
    </Dialog>
  )
}
