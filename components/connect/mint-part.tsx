'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { createAgentInput } from '@/domain/agent'
import { useTRPCClient } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Card, CardBody, CardHeader } from '../ui/card'
import { Field } from '../ui/field'
import { Input } from '../ui/input'
import { Select } from '../ui/select'
import type { ConnectPerson } from './connect-person'
import { createOwnWorkspace, mintAgent, mintableWorkspaces } from './mint-agent'
import { RequestFailure } from './request-failure'

type MintPartProps = {
  person: ConnectPerson
  onMinted: (agent: { agentId: string; name: string; token: string }) => void
  /** Back to the agent that is there; null when there is none. */
  onCancel: (() => void) | null
}

/** Makes an agent and its bearer; a newcomer gets a workspace on the way. */
export function MintPart({ person, onMinted, onCancel }: MintPartProps) {
  const client = useTRPCClient()
  const queryClient = useQueryClient()
  const choices = mintableWorkspaces(person.workspaces)
  const [name, setName] = useState('')
  const [chosenId, setChosenId] = useState(choices[0]?.id ?? null)
  const [refusal, setRefusal] = useState<string | null>(null)
  // A second try must not open a second workspace.
  const ownId = useRef<string | null>(null)
  const mint = useMutation({
    mutationFn: async (agentName: string) => {
      ownId.current ??= chosenId ?? (await createOwnWorkspace(client, person.address))
      const workspaceId = chosenId ?? ownId.current
      const { agentId, token } = await mintAgent(client, { name: agentName, workspaceId })
      return { agentId, token, name: agentName }
    },
    onSuccess: (agent) => {
      onMinted(agent)
      return queryClient.invalidateQueries()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (mint.isPending) return
    const read = createAgentInput.shape.name.safeParse(name)
    setRefusal(read.success ? null : (read.error.issues[0]?.message ?? 'Enter a name.'))
    if (read.success) mint.mutate(read.data)
  }
  return (
    <Card aria-labelledby="mint-title">
      <CardHeader
        id="mint-title"
        title="Give your agent a bearer"
        description="The bearer is its password for this console’s API: it spends the agent’s own prepaid balance and nothing else."
      />
      <CardBody>
        <form className="grid gap-4" onSubmit={submit} noValidate>
          <Field label="Name of the agent" error={refusal} hint="As you will recognise it in the console.">
            {(control) => (
              <Input
                {...control}
                value={name}
                onChange={(event) => setName(event.target.value)}
                placeholder="Research agent"
                autoComplete="off"
                maxLength={80}
              />
            )}
          </Field>
          {choices.length > 1 && chosenId ? (
            <Field label="Workspace" hint="Its people can see, limit and revoke the agent.">
              {(control) => (
                <Select
                  {...control}
                  value={chosenId}
                  onValueChange={setChosenId}
                  options={choices.map(({ id, name: label }) => ({ value: id, label }))}
                />
              )}
            </Field>
          ) : null}
          {choices.length === 0 ? (
            <p className="text-[0.8125rem] text-ink-muted">
              A workspace for your wallet is opened first: it holds the agent, its balance and its history.
              You can name it later in the console.
            </p>
          ) : null}
          {mint.isError ? <RequestFailure error={mint.error} /> : null}
          <div className="flex gap-2 max-sm:flex-col-reverse [&_button]:h-11">
            {onCancel ? <Button onClick={onCancel}>Back</Button> : null}
            <Button
              type="submit"
              variant="primary"
              className="flex-1"
              pending={mint.isPending && 'Making the agent'}
            >
              Make the agent and its bearer
            </Button>
          </div>
        </form>
      </CardBody>
    </Card>
  )
}
