'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import type { ToApproveView } from '@/domain/approval'
import { Amount } from '../money/amount'
import { ProblemState } from '../trpc/problem-state'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Dialog, DialogContent } from '../ui/dialog'
import { Field } from '../ui/field'
import { Textarea } from '../ui/textarea'
import { toast } from '../ui/toast'

const MAX_NOTE = 500

/** Ends the payout, with a note for the log. Needs no wallet. */
export function DenyDialog({ view, onClose }: { view: ToApproveView; onClose: () => void }) {
  const { payout, approval } = view
  const [note, setNote] = useState('')
  const formId = useId()
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const deny = useMutation(
    trpc.payouts.deny.mutationOptions({
      onSuccess: () => {
        toast.success('Denied', { description: 'Nothing was sent.' })
        onClose()
      },
      onSettled: () =>
        Promise.all([
          queryClient.invalidateQueries({ queryKey: trpc.payouts.pathKey() }),
          queryClient.invalidateQueries({ queryKey: trpc.approvals.pathKey() }),
        ]),
    }),
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!deny.isPending) deny.mutate({ approvalId: approval.approvalId, note })
  }
  return (
    <Dialog open onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}>
      <DialogContent
        title="Deny this payout"
        description="It ends for good and nothing is sent. The agent learns that a person denied it."
        footer={
          <>
            <Button onClick={onClose}>Back</Button>
            <Button type="submit" form={formId} variant="danger" pending={deny.isPending && 'Denying'}>
              Deny
            </Button>
          </>
        }
      >
        <form id={formId} onSubmit={submit} className="grid gap-4">
          <p>
            <Amount value={payout.amount} isExact /> will not be paid.
          </p>
          <Field label="Note (optional)" hint="Kept with the decision, for the people of the workspace.">
            {(control) => (
              <Textarea
                {...control}
                maxLength={MAX_NOTE}
                value={note}
                onChange={(event) => setNote(event.target.value)}
              />
            )}
          </Field>
          {deny.isError ? <ProblemState error={deny.error} money="This attempt moved no money." /> : null}
        </form>
      </DialogContent>
    </Dialog>
  )
}
