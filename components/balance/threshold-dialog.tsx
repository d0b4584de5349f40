'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import type { BalanceView } from '@/domain/balance'
import { formatUsdc } from '@/domain/money'
import { AmountField } from '../money/amount-field'
import { readAmount } from '../money/read-amount'
import { useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Dialog, DialogContent } from '../ui/dialog'
import { toast } from '../ui/toast'

const PRESETS = [1, 5, 20, 100].map((whole) => ({ label: String(whole), amount: BigInt(whole) * 1_000_000n }))

/** Below which balance the console warns about the agent. */
export function ThresholdDialog({ balance, onClose }: { balance: BalanceView; onClose: () => void }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const { id: workspaceId } = useWorkspace()
  const formId = useId()
  const { agentId, lowBalanceThreshold } = balance
  const [text, setText] = useState(
    lowBalanceThreshold === null ? '' : formatUsdc(BigInt(lowBalanceThreshold)),
  )
  const read = readAmount(text)
  const set = useMutation(
    trpc.balance.setThreshold.mutationOptions({
      onSuccess: async (_, { threshold }) => {
        await queryClient.invalidateQueries({ queryKey: trpc.balance.pathKey() })
        toast.success(threshold === null ? 'The warning is off' : 'The warning is set')
        onClose()
      },
    }),
  )
  const save = (threshold: string | null) => set.mutate({ workspaceId, agentId, threshold })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (read.ok && !set.isPending) save(read.amount.toString())
  }
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent
        title="Warn when the balance is low"
        description={`The console warns when ${balance.name} has less than this. Nothing is stopped, and no money moves.`}
        footer={
          <>
            {lowBalanceThreshold === null ? (
              <Button onClick={onClose}>Cancel</Button>
            ) : (
              <Button disabled={set.isPending} onClick={() => save(null)}>
                Turn it off
              </Button>
            )}
            <Button
              type="submit"
              form={formId}
              variant="primary"
              disabled={!read.ok}
              pending={set.isPending && 'Saving'}
            >
              Save the warning
            </Button>
          </>
        }
      >
        <form id={formId} onSubmit={submit} className="grid gap-4">
          <AmountField label="Warn below" value={text} onChange={setText} presets={PRESETS} />
          {set.isError ? <ProblemState error={set.error} /> : null}
        </form>
      </DialogContent>
    </Dialog>
  )
}
