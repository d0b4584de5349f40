'use client'

import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { createAgentInput } from '@/domain/agent'
import { useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Dialog, DialogContent } from '../ui/dialog'
import { Field } from '../ui/field'
import { Input } from '../ui/input'
import { AgentLimitsFields } from './agent-limits-fields'
import { NO_LIMITS, readLimits } from './read-limits'
import { useAgentsChanged } from './use-agents-changed'

type Minted = { agentId: string; name: string; token: string }
type MintAgentDialogProps = { onClose: () => void; onMinted: (minted: Minted) => void }

/** Mints an agent of this workspace; its token is shown next, once. */
export function MintAgentDialog({ onClose, onMinted }: MintAgentDialogProps) {
  const { name } = useWorkspace()
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent
        title="Mint an agent"
        description={`It belongs to ${name} and gets a token that you see once. No money moves.`}
      >
        <MintForm onMinted={onMinted} />
      </DialogContent>
    </Dialog>
  )
}

function MintForm({ onMinted }: { onMinted: (minted: Minted) => void }) {
  const trpc = useTRPC()
  const { id: workspaceId } = useWorkspace()
  const changed = useAgentsChanged()
  const [name, setName] = useState('')
  const [limits, setLimits] = useState(NO_LIMITS)
  const [wasSent, setWasSent] = useState(false)
  const create = useMutation(
    trpc.agents.create.mutationOptions({
      onSuccess: (minted, input) => {
        void changed()
        onMinted({ ...minted, name: input.name })
      },
    }),
  )
  const typed = createAgentInput.shape.name.safeParse(name)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setWasSent(true)
    const read = readLimits(limits, { now: Date.now() })
    if (!typed.success || !read || create.isPending) return
    const { monthlyLimit, expiresAt } = read
    create.mutate({
      workspaceId,
      name: typed.data,
      ...(monthlyLimit === null ? {} : { monthlyLimit }),
      ...(expiresAt === null ? {} : { expiresAt }),
    })
  }
  return (
    <form className="grid gap-4" onSubmit={submit} noValidate>
      <Field
        label="Name"
        hint="What it does, as your team says it: Research crawler, Invoice bot."
        error={wasSent && !typed.success ? (typed.error.issues[0]?.message ?? null) : null}
        isRequired
      >
        {(control) => (
          <Input
            {...control}
            value={name}
            onChange={(event) => setName(event.target.value)}
            autoComplete="off"
            placeholder="Research crawler"
          />
        )}
      </Field>
      <AgentLimitsFields value={limits} onChange={setLimits} disabled={create.isPending} />
      {create.isError ? <ProblemState error={create.error} /> : null}
      <Button type="submit" variant="primary" size="lg" pending={create.isPending && 'Minting'}>
        Mint the agent
      </Button>
    </form>
  )
}
