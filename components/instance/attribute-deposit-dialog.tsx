'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { UnattributedDepositView } from '@/domain/deposits'
import { shortAddress } from '../address/short-address'
import { Amount } from '../money/amount'
import { ProblemState } from '../trpc/problem-state'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Dialog, DialogContent } from '../ui/dialog'
import { Field } from '../ui/field'
import { Input } from '../ui/input'
import { Select } from '../ui/select'
import { toast } from '../ui/toast'

const FORM_ID = 'attribute-deposit'
const AGENT_ID = /^agt_[0-9a-f]{32}$/

type Props = { deposit: UnattributedDepositView; onClose: () => void }

/** Gives a deposit to an agent: one of those its sender is linked to, or any other by its id. */
export default function AttributeDepositDialog({ deposit, onClose }: Props) {
  const [agentId, setAgentId] = useState(deposit.linkedAgents[0]?.agentId ?? '')
  const [isTouched, setIsTouched] = useState(false)
  const attribute = useAttribution(onClose)
  const isValid = AGENT_ID.test(agentId.trim())
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setIsTouched(true)
    if (isValid && !attribute.isPending) {
      attribute.mutate({ depositId: deposit.depositId, agentId: agentId.trim() })
    }
  }
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent
        title="Give this deposit to an agent"
        description="The agent can spend it right after. The act is written to the audit log of the agent's workspace."
        footer={
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button
              type="submit"
              form={FORM_ID}
              variant="primary"
              pending={attribute.isPending && 'Attributing'}
            >
              Attribute
            </Button>
          </>
        }
      >
        <form id={FORM_ID} className="grid gap-5" onSubmit={submit} noValidate>
          <p>
            <Amount value={deposit.amount} isExact /> from{' '}
            <span className="font-mono text-[0.8125rem]" title={deposit.sender}>
              {shortAddress(deposit.sender)}
            </span>
          </p>
          {deposit.linkedAgents.length > 0 ? (
            <Field label="Agents that this wallet is linked to">
              {(control) => (
                <Select
                  {...control}
                  value={
                    deposit.linkedAgents.some((agent) => agent.agentId === agentId) ? agentId : undefined
                  }
                  onValueChange={setAgentId}
                  placeholder="Another agent"
                  options={deposit.linkedAgents.map((agent) => ({
                    value: agent.agentId,
                    label: agent.name,
                    description: agent.agentId,
                  }))}
                />
              )}
            </Field>
          ) : null}
          <Field
            label="Agent id"
            isRequired
            error={isTouched && !isValid ? 'An agent id is agt_ and 32 hex digits.' : null}
            hint="As the agent's page shows it."
          >
            {(control) => (
              <Input
                {...control}
                value={agentId}
                onChange={(event) => setAgentId(event.target.value)}
                onBlur={() => setIsTouched(agentId !== '')}
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                className="font-mono text-[0.8125rem]"
              />
            )}
          </Field>
          {attribute.isError ? (
            <ProblemState error={attribute.error} money="The deposit stays where it is." />
          ) : null}
        </form>
      </DialogContent>
    </Dialog>
  )
}

function useAttribution(onDone: () => void) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  return useMutation(
    trpc.instance.attributeDeposit.mutationOptions({
      onSuccess: () => {
        toast.success('Attributed', { description: 'It is credited within seconds.' })
        onDone()
      },
      onSettled: () =>
        queryClient.invalidateQueries({ queryKey: trpc.instance.unattributedDeposits.queryKey() }),
    }),
  )
}
