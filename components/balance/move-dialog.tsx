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
import { Field } from '../ui/field'
import { Notice } from '../ui/notice'
import { Select } from '../ui/select'
import { toast } from '../ui/toast'

type MoveDialogProps = { balance: BalanceView; agents: readonly BalanceView[]; onClose: () => void }

/** Moves virtual balance to another agent of the workspace, at once and without the chain. */
export function MoveDialog({ balance, agents, onClose }: MoveDialogProps) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const { id: workspaceId } = useWorkspace()
  const formId = useId()
  const others = agents.filter(({ agentId, revokedAt }) => agentId !== balance.agentId && revokedAt === null)
  const [toAgentId, setTo] = useState(others[0]?.agentId)
  const [text, setText] = useState('')
  // One key for as long as the same thing is asked, so that a second press after a lost answer moves nothing twice.
  const [idempotencyKey, setKey] = useState(() => crypto.randomUUID())
  const limits = { balance: BigInt(balance.balance), balanceWords: `${balance.name} has` }
  const read = readAmount(text, limits)
  const change = (apply: () => void) => {
    apply()
    setKey(crypto.randomUUID())
  }
  const move = useMutation(
    trpc.balance.move.mutationOptions({
      onSuccess: async (_, { amount }) => {
        await queryClient.invalidateQueries({ queryKey: trpc.balance.pathKey() })
        toast.success(`${formatUsdc(BigInt(amount))} USDC moved`)
        onClose()
      },
    }),
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!read.ok || toAgentId === undefined || move.isPending) return
    const amount = read.amount.toString()
    move.mutate({ workspaceId, fromAgentId: balance.agentId, toAgentId, amount, idempotencyKey })
  }
  const options = others.map(({ agentId, name, balance: has }) => ({
    value: agentId,
    label: name,
    description: `${formatUsdc(BigInt(has))} USDC · …${agentId.slice(-6)}`,
  }))
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent
        title="Move balance to another agent"
        description={`From ${balance.name}. It happens at once, inside this console; nothing is sent on chain.`}
        footer={
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button
              type="submit"
              form={formId}
              variant="primary"
              disabled={!read.ok || toAgentId === undefined}
              pending={move.isPending && 'Moving'}
            >
              {read.ok ? `Move ${formatUsdc(read.amount)} USDC` : 'Move'}
            </Button>
          </>
        }
      >
        {others.length === 0 ? (
          <Notice title="There is no other live agent">Link another agent to this workspace first.</Notice>
        ) : (
          <form id={formId} onSubmit={submit} className="grid gap-4">
            <Field label="To">
              {(control) => (
                <Select
                  {...control}
                  value={toAgentId}
                  onValueChange={(next) => change(() => setTo(next))}
                  options={options}
                />
              )}
            </Field>
            <AmountField
              label="Amount"
              value={text}
              onChange={(next) => change(() => setText(next))}
              limits={limits}
            />
            {move.isError ? (
              <ProblemState error={move.error} money="A second press moves it once at most." />
            ) : null}
          </form>
        )}
      </DialogContent>
    </Dialog>
  )
}
