'use client'

import { useMutation } from '@tanstack/react-query'
import type { AgentView } from '@/domain/agent'
import { Amount } from '../money/amount'
import { readProblem } from '../trpc/read-problem'
import { useTRPC } from '../trpc/trpc'
import { DangerDialog } from '../ui/danger-dialog'
import { toast } from '../ui/toast'
import { useAgentsChanged } from './use-agents-changed'

/** Ends an agent for good, at once. */
export function RevokeAgentDialog({ agent, onClose }: { agent: AgentView; onClose: () => void }) {
  const trpc = useTRPC()
  const changed = useAgentsChanged()
  const revoke = useMutation(
    trpc.agents.revoke.mutationOptions({
      onSuccess: async ({ name }) => {
        await changed()
        toast.success(`${name} is revoked`)
        onClose()
      },
    }),
  )
  return (
    <DangerDialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={`Revoke ${agent.name}`}
      confirmName={agent.name}
      actionLabel="Revoke the agent"
      pendingLabel="Revoking"
      isPending={revoke.isPending}
      error={revoke.isError ? readProblem(revoke.error).detail : null}
      onConfirm={() => revoke.mutate({ agentId: agent.id, workspaceId: agent.workspaceId })}
    >
      <p>
        Its token and JWTs stop working at once, and it can never be used again. No money moves: its balance
        of <Amount value={agent.balance} className="font-medium text-ink" /> stays and can be refunded or
        moved to another agent.
      </p>
      <p>To change only the secret, rotate the token instead.</p>
    </DangerDialog>
  )
}
