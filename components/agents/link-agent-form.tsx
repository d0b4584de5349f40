'use client'

import { type FormEvent, useState } from 'react'
import type { MembershipView } from '@/domain/workspace'
import { Button } from '../ui/button'
import { Field } from '../ui/field'
import { Select } from '../ui/select'
import { AgentLimitsFields } from './agent-limits-fields'
import { NO_LIMITS, readLimits } from './read-limits'

type Link = { workspaceId: string; monthlyLimit?: string; expiresAt?: string }

type LinkAgentFormProps = {
  /** Those in which the person may manage agents; at least one. */
  workspaces: readonly MembershipView[]
  isPending: boolean
  onLink: (link: Link) => void
}

/** Which workspace, how much, and until when. */
export function LinkAgentForm({ workspaces, isPending, onLink }: LinkAgentFormProps) {
  const [chosenId, setChosenId] = useState<string | null>(null)
  const [limits, setLimits] = useState(NO_LIMITS)
  const workspace = workspaces.find(({ id }) => id === chosenId) ?? workspaces[0]
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const read = readLimits(limits, { now: Date.now() })
    if (!read || !workspace || isPending) return
    const { monthlyLimit, expiresAt } = read
    onLink({
      workspaceId: workspace.id,
      ...(monthlyLimit === null ? {} : { monthlyLimit }),
      ...(expiresAt === null ? {} : { expiresAt }),
    })
  }
  return (
    <form className="grid gap-4" onSubmit={submit} noValidate>
      <Field label="Workspace" hint="Its people see and manage the agent.">
        {(control) => (
          <Select
            {...control}
            value={workspace?.id}
            onValueChange={setChosenId}
            options={workspaces.map(({ id, name, slug }) => ({
              value: id,
              label: name,
              description: `/w/${slug}`,
            }))}
            disabled={isPending}
          />
        )}
      </Field>
      <AgentLimitsFields value={limits} onChange={setLimits} disabled={isPending} />
      <p className="text-[0.8125rem] text-ink-muted">
        Linking moves no money. The agent spends only what is credited to it, and you can revoke it at once.
      </p>
      <Button type="submit" variant="primary" size="lg" className="w-full" pending={isPending && 'Linking'}>
        Link to {workspace?.name}
      </Button>
    </form>
  )
}
