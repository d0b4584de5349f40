'use client'

import { useMutation } from '@tanstack/react-query'
import type { AgentView } from '@/domain/agent'
import { readProblem } from '../trpc/read-problem'
import { useTRPC } from '../trpc/trpc'
import { DangerDialog } from '../ui/danger-dialog'
import { useAgentsChanged } from './use-agents-changed'

type RotateAgentDialogProps = {
  agent: AgentView
  onClose: () => void
  onRotated: (rotated: { token: string; previousExpiresAt: string }) => void
}

/** Asks before the present token gets its end. */
export function RotateAgentDialog({ agent, onClose, onRotated }: RotateAgentDialogProps) {
  const trpc = useTRPC()
  const changed = useAgentsChanged()
  const rotate = useMutation(
    trpc.agents.rotate.mutationOptions({
      onSuccess: (rotated) => {
        void changed()
        onRotated(rotated)
      },
    }),
  )
  return (
    <DangerDialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={`Rotate the token of ${agent.name}`}
      actionLabel="Rotate the token"
      pendingLabel="Rotating"
      isPending={rotate.isPending}
      error={rotate.isError ? readProblem(rotate.error).detail : null}
      onConfirm={() => rotate.mutate({ agentId: agent.id, workspaceId: agent.workspaceId })}
    >
      <p>
        You get a new token, shown once. The present one, and every JWT made from it, stops working 60 seconds
        later. Balance, wallets and limits stay.
      </p>
    </DangerDialog>
  )
}
