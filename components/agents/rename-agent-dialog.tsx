'use client'

import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { type AgentView, createAgentInput } from '@/domain/agent'
import { ProblemState } from '../trpc/problem-state'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Dialog, DialogContent } from '../ui/dialog'
import { Field } from '../ui/field'
import { Input } from '../ui/input'
import { toast } from '../ui/toast'
import { useAgentsChanged } from './use-agents-changed'

/** Gives an agent another name; nothing else about it changes. */
export function RenameAgentDialog({ agent, onClose }: { agent: AgentView; onClose: () => void }) {
  const trpc = useTRPC()
  const changed = useAgentsChanged()
  const [name, setName] = useState(agent.name)
  const typed = createAgentInput.shape.name.safeParse(name)
  const rename = useMutation(
    trpc.agents.update.mutationOptions({
      onSuccess: async (renamed) => {
        await changed()
        toast.success(`Renamed to ${renamed.name}`)
        onClose()
      },
    }),
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!typed.success || rename.isPending) return
    rename.mutate({ agentId: agent.id, workspaceId: agent.workspaceId, name: typed.data })
  }
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent title={`Rename ${agent.name}`} description="Its id, token and balance stay as they are.">
        <form className="grid gap-4" onSubmit={submit} noValidate>
          <Field
            label="Name"
            error={typed.success ? null : (typed.error.issues[0]?.message ?? null)}
            isRequired
          >
            {(control) => (
              <Input
                {...control}
                value={name}
                onChange={(event) => setName(event.target.value)}
                autoComplete="off"
              />
            )}
          </Field>
          {rename.isError ? <ProblemState error={rename.error} /> : null}
          <Button type="submit" variant="primary" size="lg" pending={rename.isPending && 'Renaming'}>
            Rename
          </Button>
        </form>
      </DialogContent>
    </Dialog>
  )
}
