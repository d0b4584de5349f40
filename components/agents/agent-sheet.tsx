'use client'

import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { type AgentDetailsView, type AgentView, agentIdSchema } from '@/domain/agent'
import { Amount } from '../money/amount'
import { useWorkspace } from '../shell/workspace-context'
import { DetailsSheet } from '../trpc/details-sheet'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { CopyButton } from '../ui/copy-button'
import { Notice } from '../ui/notice'
import { RelativeTime } from '../ui/relative-time'
import { AGENT_ACTS, type AgentAct } from './agent-actions'
import { AgentSpend } from './agent-spend'
import { AgentSpent } from './agent-spent'
import { AgentStatusBadge } from './agent-status-badge'
import { AgentWallets } from './agent-wallets'

const REFRESH_MILLISECONDS = 10_000

type AgentSheetProps = {
  agentId: string
  mayManage: boolean
  onClose: () => void
  onAct: (act: AgentAct, agent: AgentView) => void
}

/** One agent beside the list: what it is, holds and spent, its wallets, and what can be done with it. */
export function AgentSheet({ agentId, mayManage, onClose, onAct }: AgentSheetProps) {
  const trpc = useTRPC()
  const { id: workspaceId } = useWorkspace()
  const isId = agentIdSchema.safeParse(agentId).success
  const details = useQuery(
    trpc.agents.get.queryOptions(
      { agentId, workspaceId },
      { enabled: isId, refetchInterval: REFRESH_MILLISECONDS, retry: false },
    ),
  )
  return (
    <DetailsSheet
      thing="agent"
      title={details.data?.name ?? 'Agent'}
      isId={isId}
      query={details}
      onClose={onClose}
    >
      {(agent) => <Details agent={agent} mayManage={mayManage} onAct={onAct} />}
    </DetailsSheet>
  )
}

type DetailsProps = Pick<AgentSheetProps, 'mayManage' | 'onAct'> & { agent: AgentDetailsView }

function Details({ agent, mayManage, onAct }: DetailsProps) {
  return (
    <div className="grid gap-6">
      <Facts agent={agent} />
      {agent.owed === '0' ? null : (
        <Notice tone="danger" title="Spending is frozen">
          A reorganisation took back a deposit that was spent already. <Amount value={agent.owed} /> is repaid
          from the next deposits, then spending goes on.
        </Notice>
      )}
      <AgentWallets agent={agent} mayManage={mayManage} />
      <AgentSpend agent={agent} />
      {mayManage && agent.status !== 'revoked' ? (
        <div className="grid gap-2 border-t pt-5 sm:grid-cols-2">
          {AGENT_ACTS.map(({ act, label, icon: Icon }) => (
            <Button
              key={act}
              variant={act === 'revoke' ? 'danger-outline' : 'secondary'}
              onClick={() => onAct(act, agent)}
            >
              <Icon aria-hidden />
              {label}
            </Button>
          ))}
        </div>
      ) : null}
    </div>
  )
}

function Facts({ agent }: { agent: AgentDetailsView }) {
  return (
    <dl className="grid grid-cols-[8rem_1fr] items-baseline gap-x-4 gap-y-2.5">
      <Fact label="Status">
        <AgentStatusBadge status={agent.status} isHintShown />
      </Fact>
      <Fact label="Balance">
        <Amount value={agent.balance} isExact className="font-medium" />
      </Fact>
      <Fact label="Spent this month">
        <AgentSpent agent={agent} />
      </Fact>
      <Fact label="Ends">{agent.expiresAt ? <RelativeTime at={agent.expiresAt} /> : 'No end'}</Fact>
      <Fact label="Token">
        {agent.tokenPrefix ? (
          <span className="font-mono text-[0.8125rem]">{agent.tokenPrefix}…</span>
        ) : (
          'None'
        )}
      </Fact>
      <Fact label="Last used">{agent.lastUsedAt ? <RelativeTime at={agent.lastUsedAt} /> : 'Never'}</Fact>
      <Fact label="Came by">{ORIGINS[agent.origin]}</Fact>
      <Fact label="Here since">
        <RelativeTime at={agent.linkedAt} />
      </Fact>
      <Fact label="Id">
        <span className="inline-flex max-w-full items-center gap-1">
          <span className="font-mono text-xs break-all">{agent.id}</span>
          <CopyButton value={agent.id} what="the agent's id" className="size-7" />
        </span>
      </Fact>
    </dl>
  )
}

const ORIGINS: Record<AgentView['origin'], string> = {
  console: 'Minted in the console',
  registered: 'Registered by name and linked',
  wallet: "A wallet's signature",
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-[0.8125rem] text-ink-muted">{label}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  )
}
