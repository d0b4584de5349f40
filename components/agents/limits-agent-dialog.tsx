'use client'

import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { AgentView } from '@/domain/agent'
import { formatUsdc } from '@/domain/money'
import { ProblemState } from '../trpc/problem-state'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Dialog, DialogContent } from '../ui/dialog'
import { toast } from '../ui/toast'
import { AgentLimitsFields } from './agent-limits-fields'
import { type LimitsDraft, readLimits } from './read-limits'
import { useAgentsChanged } from './use-agents-changed'

/** Changes how much an agent may spend in a month and until when. Takes effect with its next payment. */
export function LimitsAgentDialog({ agent, onClose }: { agent: AgentView; onClose: () => void }) {
  const trpc = useTRPC()
  const changed = useAgentsChanged()
  // An end that has passed cannot be kept: the server takes only one that is still to come.
  const current = agent.status === 'expired' ? null : agent.expiresAt
  const [limits, setLimits] = useState<LimitsDraft>({
    limit: agent.monthlyLimit === null ? '' : formatUsdc(BigInt(agent.monthlyLimit)),
    end: current === null ? 'never' : 'keep',
  })
  const update = useMutation(
    trpc.agents.update.mutationOptions({
      onSuccess: async ({ name }) => {
        await changed()
        toast.success(`Changed the limits of ${name}`)
        onClose()
      },
    }),
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const read = readLimits(limits, { now: Date.now(), current })
    if (!read || update.isPending) return
    const { monthlyLimit, expiresAt } = read
    update.mutate({
      agentId: agent.id,
      workspaceId: agent.workspaceId,
      monthlyLimit,
      ...(limits.end === 'keep' ? {} : { expiresAt }),
    })
  }
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent
        title={`Limits of ${agent.name}`}
        description="They hold from its next payment on. What it spent this month counts."
      >
        <form className="grid gap-4" onSubmit={submit} noValidate>
          <AgentLimitsFields
            value={limits}
            onChange={setLimits}
            current={current}
            disabled={update.isPending}
          />
          {update.isError ? <ProblemState error={update.error} /> : null}
          <Button type="submit" variant="primary" size="lg" pending={update.isPending && 'Saving'}>
            Save the limits
          </Button>
        </form>
      </DialogContent>
    </Dialog>
  )
}
