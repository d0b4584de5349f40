'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import { Bot, CircleCheck } from 'lucide-react'
import Link from 'next/link'
import { type AgentToLinkView, agentIdSchema } from '@/domain/agent'
import { hasPermission } from '@/domain/roles'
import type { MembershipView } from '@/domain/workspace'
import { ProblemState } from '../trpc/problem-state'
import { readProblem } from '../trpc/read-problem'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Card, CardBody, CardHeader } from '../ui/card'
import { ErrorState } from '../ui/error-state'
import { Notice } from '../ui/notice'
import { RelativeTime } from '../ui/relative-time'
import { Skeleton } from '../ui/skeleton'
import { CreateWorkspaceForm } from '../workspaces/create-workspace-form'
import { LinkAgentForm } from './link-agent-form'
import { useAgentsChanged } from './use-agents-changed'

type LinkAgentCardProps = {
  agentId: string
  workspaces: readonly MembershipView[]
  /** What the agent asked for already: read next, once it is linked. */
  mandateId: string | null
}

/** Gives an agent that registered itself to a workspace, after the person has compared its code. */
export function LinkAgentCard({ agentId, workspaces, mandateId }: LinkAgentCardProps) {
  const trpc = useTRPC()
  const changed = useAgentsChanged()
  const isId = agentIdSchema.safeParse(agentId).success
  const agent = useQuery(trpc.agents.toLink.queryOptions({ agentId }, { enabled: isId, retry: false }))
  const link = useMutation(trpc.agents.link.mutationOptions({ onSuccess: changed }))
  if (!isId || (agent.isError && readProblem(agent.error).code === 'not_found')) return <NoSuchAgent />
  if (agent.isError) return <ProblemState error={agent.error} onRetry={() => agent.refetch()} />
  if (agent.isPending) {
    return (
      <Card aria-busy="true" className="grid gap-3 p-5">
        <Skeleton className="h-6 w-40" />
        <Skeleton className="h-20 w-full" />
        <Skeleton className="h-11 w-full" />
      </Card>
    )
  }
  const { data } = agent
  if (data.workspace) return <Linked agent={data} workspace={data.workspace} mandateId={mandateId} />
  const own = workspaces.filter(({ role }) => hasPermission(role, 'manage-agents'))
  return (
    <Card>
      <AgentFacts agent={data} />
      <CardBody className="grid gap-4 border-t pt-5">
        {own.length > 0 ? (
          <LinkAgentForm
            workspaces={own}
            isPending={link.isPending}
            onLink={(to) => link.mutate({ agentId, ...to })}
          />
        ) : (
          <NoWorkspace isMember={workspaces.length > 0} />
        )}
        {link.isError ? <ProblemState error={link.error} money="The agent was not linked." /> : null}
      </CardBody>
    </Card>
  )
}

function AgentFacts({ agent }: { agent: AgentToLinkView }) {
  return (
    <div className="grid gap-4 p-5">
      <div className="flex items-center gap-3">
        <span className="flex size-10 shrink-0 items-center justify-center rounded-full bg-sunken text-ink-muted">
          <Bot aria-hidden className="size-5" />
        </span>
        <div className="grid min-w-0 gap-0.5">
          <h2 className="text-lg font-semibold break-words">{agent.name}</h2>
          <p className="text-[0.8125rem] break-words text-ink-muted">
            Registered <RelativeTime at={agent.createdAt} />
            {agent.clientInfo ? ` by ${agent.clientInfo}` : ''}
          </p>
        </div>
      </div>
      {agent.userCode ? (
        <div className="grid justify-items-center gap-1 rounded-lg border bg-sunken/60 px-3 py-4 text-center">
          <p className="text-[0.8125rem] text-ink-muted">Its code. Your agent shows the same one:</p>
          <p className="pl-[0.3em] font-mono text-3xl font-semibold tracking-[0.3em]">{agent.userCode}</p>
          <p className="text-[0.8125rem] text-ink-muted">Another code means another agent: do not link it.</p>
        </div>
      ) : null}
    </div>
  )
}

function NoWorkspace({ isMember }: { isMember: boolean }) {
  if (isMember) {
    return (
      <Notice tone="caution" title="Your role cannot link agents">
        An owner or admin of your workspace opens this link and links the agent.
      </Notice>
    )
  }
  return (
    <>
      <Notice title="An agent belongs to a workspace">Create yours first; you stay on this page.</Notice>
      <CreateWorkspaceForm isInPlace />
    </>
  )
}

type LinkedProps = {
  agent: AgentToLinkView
  workspace: NonNullable<AgentToLinkView['workspace']>
  mandateId: string | null
}

function Linked({ agent, workspace, mandateId }: LinkedProps) {
  return (
    <Card className="grid justify-items-center gap-4 p-6 text-center" role="status">
      <CircleCheck aria-hidden className="size-10 text-positive" />
      <div className="grid gap-1">
        <h2 className="text-lg font-semibold break-words">
          {agent.name} belongs to {workspace.name}
        </h2>
        <p className="text-ink-muted">
          {mandateId
            ? 'It has asked for a mandate, too: a budget that it pays from without asking each time.'
            : 'It can go on by itself now, and spends what is credited to it. You can limit or revoke it at any time.'}
        </p>
      </div>
      <Button asChild variant="primary" size="lg" className="w-full sm:w-auto">
        {mandateId ? (
          <Link href={`/mandate/${mandateId}`}>Read what it asks for</Link>
        ) : (
          <Link href={`/w/${workspace.slug}/agents?agent=${agent.agentId}`}>See the agent</Link>
        )}
      </Button>
    </Card>
  )
}

function NoSuchAgent() {
  return (
    <Card>
      <CardHeader title="No agent waits here" />
      <CardBody>
        <ErrorState title="There is no agent to link" money="Nothing changed, and no money moved.">
          It was linked already, was revoked, or never registered here. Ask the agent for a fresh link: it
          gets one when it registers.
        </ErrorState>
      </CardBody>
    </Card>
  )
}
