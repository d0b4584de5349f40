'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import { Bot, Plus } from 'lucide-react'
import { parseAsString, useQueryState } from 'nuqs'
import { useCallback, useMemo, useState } from 'react'
import type { AgentView } from '@/domain/agent'
import { LoadMore } from '../activity/load-more'
import { useMay, useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { StaleNotice } from '../trpc/stale-notice'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Card, CardHeader } from '../ui/card'
import { EmptyState } from '../ui/empty-state'
import type { AgentAct } from './agent-actions'
import { AgentDialogs, type AskedAct } from './agent-dialogs'
import { AGENTS_PAGE_ROWS, agentsPaging } from './agents-paging'
import { AgentsTable } from './agents-table'
import { RegisterSnippet } from './register-snippet'

// Balances move when agents spend, which no block announces.
const REFRESH_MILLISECONDS = 10_000

// Made once: a parser of every render's own would make everything that depends on it new with each.
const openParser = parseAsString.withOptions({ history: 'push' })

/** The agents of the workspace: what each holds and spends, and for OWNER and ADMIN every act. */
export function AgentsPanel() {
  const trpc = useTRPC()
  const { id: workspaceId } = useWorkspace()
  const mayManage = useMay('manage-agents')
  const agents = useInfiniteQuery(
    trpc.agents.list.infiniteQueryOptions(
      { workspaceId, limit: AGENTS_PAGE_ROWS },
      { ...agentsPaging, refetchInterval: REFRESH_MILLISECONDS },
    ),
  )
  const [openId, setOpenId] = useQueryState('agent', openParser)
  const [asked, setAsked] = useState<AskedAct | null>(null)
  const open = useCallback(({ id }: AgentView) => void setOpenId(id), [setOpenId])
  const act = useCallback((of: AgentAct, agent: AgentView) => setAsked({ act: of, agent }), [])
  // The table takes a new array for new data and starts its state over.
  const rows = useMemo(() => agents.data?.pages.flatMap((page) => page.agents) ?? [], [agents.data])
  const mint = () => setAsked({ act: 'mint' })
  return (
    <Card aria-busy={agents.isPending}>
      <CardHeader
        title="Agents"
        description="Each spends its own prepaid balance, within its limit and until its end."
        actions={mayManage ? <MintButton onClick={mint} /> : undefined}
      />
      <StaleNotice query={agents} className="mx-5 mb-4" />
      {agents.isError && !agents.data ? (
        <ProblemState error={agents.error} onRetry={() => agents.refetch()} className="mx-5 mb-5" />
      ) : (
        <AgentsTable
          agents={rows}
          isLoading={agents.isPending}
          mayManage={mayManage}
          onOpen={open}
          onAct={act}
          empty={<NoAgents onMint={mayManage ? mint : undefined} />}
        />
      )}
      {agents.hasNextPage ? (
        <LoadMore
          isLoading={agents.isFetchingNextPage}
          isError={agents.isFetchNextPageError}
          onLoad={() => void agents.fetchNextPage()}
        />
      ) : null}
      <AgentDialogs
        asked={asked}
        onAsk={setAsked}
        openId={openId}
        onCloseSheet={() => void setOpenId(null)}
        mayManage={mayManage}
      />
    </Card>
  )
}

function MintButton({ onClick }: { onClick: () => void }) {
  return (
    <Button variant="primary" onClick={onClick}>
      <Plus aria-hidden />
      Mint an agent
    </Button>
  )
}

function NoAgents({ onMint }: { onMint: (() => void) | undefined }) {
  return (
    <div className="border-t">
      <EmptyState
        icon={Bot}
        title="No agents yet"
        action={onMint ? <MintButton onClick={onMint} /> : undefined}
      >
        {onMint
          ? 'Mint one here and give it its token. Or let it register itself, and open the link that it is answered:'
          : 'An owner or admin mints agents, or links those that register themselves.'}
      </EmptyState>
      {onMint ? (
        <div className="mx-auto max-w-xl px-5 pb-8">
          <RegisterSnippet />
        </div>
      ) : null}
    </div>
  )
}
