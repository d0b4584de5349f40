'use client'

import type { ColumnDef } from '@tanstack/react-table'
import type { ReactNode } from 'react'
import { useMemo } from 'react'
import type { AgentView } from '@/domain/agent'
import { Amount } from '../money/amount'
import { type ColumnMeta, DataTable } from '../ui/data-table'
import { RelativeTime } from '../ui/relative-time'
import { type AgentAct, AgentActions } from './agent-actions'
import { AgentSpent } from './agent-spent'
import { AgentStatusBadge } from './agent-status-badge'

type AgentsTableProps = {
  agents: readonly AgentView[]
  isLoading: boolean
  mayManage: boolean
  empty: ReactNode
  onOpen: (agent: AgentView) => void
  onAct: (act: AgentAct, agent: AgentView) => void
}

export function AgentsTable({ agents, isLoading, mayManage, empty, onOpen, onAct }: AgentsTableProps) {
  const columns = useMemo(() => columnsFor({ mayManage, onOpen, onAct }), [mayManage, onOpen, onAct])
  return (
    <DataTable
      caption="Agents"
      columns={columns}
      rows={agents}
      rowId={({ id }) => id}
      isLoading={isLoading}
      skeletonRows={3}
      empty={empty}
      rowClassName={({ status }) => (status === 'revoked' ? 'text-ink-muted' : undefined)}
    />
  )
}

type ColumnsFor = Pick<AgentsTableProps, 'mayManage' | 'onOpen' | 'onAct'>

function columnsFor({ mayManage, onOpen, onAct }: ColumnsFor): ColumnDef<AgentView>[] {
  const onWideOnly = { isHiddenOnPhone: true } satisfies ColumnMeta
  const columns: ColumnDef<AgentView>[] = [
    {
      id: 'name',
      header: 'Agent',
      cell: ({ row: { original } }) => <NameCell agent={original} onOpen={onOpen} />,
    },
    {
      id: 'status',
      header: 'Status',
      meta: onWideOnly,
      cell: ({ row: { original } }) => <AgentStatusBadge status={original.status} />,
    },
    {
      id: 'balance',
      header: 'Balance',
      meta: { align: 'right' } satisfies ColumnMeta,
      cell: ({ row: { original } }) => <Amount value={original.balance} isShort />,
    },
    {
      id: 'spent',
      header: 'Spent this month',
      meta: { ...onWideOnly, align: 'right' } satisfies ColumnMeta,
      cell: ({ row: { original } }) => <AgentSpent agent={original} />,
    },
    {
      id: 'used',
      header: 'Last used',
      meta: onWideOnly,
      cell: ({ row: { original } }) =>
        original.lastUsedAt ? (
          <RelativeTime at={original.lastUsedAt} className="whitespace-nowrap text-ink-muted" />
        ) : (
          <span className="text-ink-muted">Never</span>
        ),
    },
    {
      id: 'wallets',
      header: 'Wallets',
      meta: { ...onWideOnly, align: 'right' } satisfies ColumnMeta,
      cell: ({ row: { original } }) => <span className="figures">{original.wallets.length}</span>,
    },
  ]
  if (!mayManage) return columns
  return [
    ...columns,
    {
      id: 'acts',
      header: () => <span className="sr-only">Change</span>,
      meta: { align: 'right', className: 'w-12' } satisfies ColumnMeta,
      cell: ({ row: { original } }) => <AgentActions agent={original} onAct={onAct} />,
    },
  ]
}

/** On a phone the status stands under the name, where there is room for it. */
function NameCell({ agent, onOpen }: { agent: AgentView; onOpen: (agent: AgentView) => void }) {
  return (
    <span className="grid justify-items-start gap-1">
      <button
        type="button"
        onClick={() => onOpen(agent)}
        className="rounded-sm text-left font-medium break-words text-ink underline-offset-4 hover:underline"
      >
        {agent.name}
      </button>
      {agent.tokenPrefix ? (
        <span className="font-mono text-xs text-ink-muted" title="How its token begins">
          {agent.tokenPrefix}…
        </span>
      ) : null}
      <span className="sm:hidden">
        <AgentStatusBadge status={agent.status} />
      </span>
    </span>
  )
}
