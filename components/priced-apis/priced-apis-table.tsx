'use client'

import { useQuery } from '@tanstack/react-query'
import type { ColumnDef } from '@tanstack/react-table'
import { CircleAlert, MoreHorizontal, Pencil, SquareTerminal, Trash2 } from 'lucide-react'
import { useMemo } from 'react'
import type { PricedApiView } from '@/domain/priced-api'
import { Amount } from '../money/amount'
import { useMay, useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { StaleNotice } from '../trpc/stale-notice'
import { useTRPC } from '../trpc/trpc'
import { Badge } from '../ui/badge'
import { Button } from '../ui/button'
import { CopyButton } from '../ui/copy-button'
import { type ColumnMeta, DataTable } from '../ui/data-table'
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from '../ui/dropdown-menu'
import { ActiveSwitch } from './active-switch'
import { NoApisYet } from './no-apis-yet'
import { useApiUrl } from './use-api-url'

export type ApiAct = 'edit' | 'remove' | 'call'
type OnAsk = (act: ApiAct, api: PricedApiView) => void

type PricedApisTableProps = { onAsk: OnAsk; onRegister: () => void }

/** What each API costs, earned and failed at. */
export function PricedApisTable({ onAsk, onRegister }: PricedApisTableProps) {
  const trpc = useTRPC()
  const { id: workspaceId } = useWorkspace()
  const mayManage = useMay('manage-workspace')
  const apis = useQuery(trpc.pricedApis.list.queryOptions({ workspaceId }))
  const columns = useMemo(() => columnsFor({ mayManage, onAsk }), [mayManage, onAsk])
  if (apis.isError && !apis.data)
    return <ProblemState error={apis.error} onRetry={() => apis.refetch()} className="m-5" />
  return (
    <>
      <StaleNotice query={apis} className="mx-5 my-4" />
      <DataTable
        caption="Priced APIs"
        columns={columns}
        rows={apis.data ?? []}
        rowId={({ id }) => id}
        isLoading={apis.isPending}
        skeletonRows={3}
        empty={<NoApisYet onRegister={onRegister} />}
      />
    </>
  )
}

function columnsFor({ mayManage, onAsk }: { mayManage: boolean; onAsk: OnAsk }): ColumnDef<PricedApiView>[] {
  const rightOnWide = { align: 'right', isHiddenOnPhone: true } satisfies ColumnMeta
  return [
    { id: 'name', header: 'API', cell: ({ row: { original } }) => <NameCell api={original} /> },
    {
      id: 'price',
      header: 'Price',
      meta: rightOnWide,
      cell: ({ row: { original } }) => <Amount value={original.priceMicroUsdc} />,
    },
    {
      id: 'calls',
      header: 'Calls',
      meta: rightOnWide,
      cell: ({ row: { original } }) => (
        <span className="figures" title={speedOf(original)}>
          {original.calls.toLocaleString('en')}
        </span>
      ),
    },
    {
      id: 'failures',
      header: 'Failed',
      meta: rightOnWide,
      cell: ({ row: { original } }) => <Failures api={original} />,
    },
    {
      id: 'revenue',
      header: 'Revenue',
      meta: rightOnWide,
      cell: ({ row: { original } }) => <Amount value={original.revenueMicroUsdc} />,
    },
    { id: 'active', header: 'Callable', cell: ({ row: { original } }) => <ActiveSwitch api={original} /> },
    {
      id: 'acts',
      header: () => <span className="sr-only">More</span>,
      meta: { align: 'right', className: 'w-12' } satisfies ColumnMeta,
      cell: ({ row: { original } }) => <ApiMenu api={original} mayManage={mayManage} onAsk={onAsk} />,
    },
  ]
}

function NameCell({ api }: { api: PricedApiView }) {
  const url = useApiUrl(api.slug)
  return (
    <div className="grid min-w-28 gap-0.5">
      <span className="font-medium">{api.name}</span>
      <Amount value={api.priceMicroUsdc} className="text-xs sm:hidden" />
      <span className="flex items-center gap-1">
        <code className="max-w-28 truncate font-mono text-xs text-ink-muted sm:max-w-72" title={url}>
          /{api.slug}
        </code>
        <CopyButton value={url} what={`the address of ${api.name}`} className="-my-1.5" />
      </span>
    </div>
  )
}

function Failures({ api: { calls, failures } }: { api: PricedApiView }) {
  if (failures === 0) return <span className="figures text-ink-muted">0</span>
  const percent = Math.max(1, Math.round((failures / calls) * 100))
  return (
    <Badge
      tone={percent >= 10 ? 'danger' : 'caution'}
      icon={CircleAlert}
      hint="The upstream was away, late or failed itself. Agents got their money back."
    >
      {failures.toLocaleString('en')} ({percent} %)
    </Badge>
  )
}

function speedOf({ p50Milliseconds }: PricedApiView): string | undefined {
  if (p50Milliseconds === null) return undefined
  return `Half of them were answered within ${p50Milliseconds.toLocaleString('en')} ms`
}

function ApiMenu({ api, mayManage, onAsk }: { api: PricedApiView; mayManage: boolean; onAsk: OnAsk }) {
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="icon" aria-label={`More for ${api.name}`}>
          <MoreHorizontal aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuItem onSelect={() => onAsk('call', api)}>
          <SquareTerminal aria-hidden />
          How to call it
        </DropdownMenuItem>
        {mayManage ? (
          <>
            <DropdownMenuItem onSelect={() => onAsk('edit', api)}>
              <Pencil aria-hidden />
              Change
            </DropdownMenuItem>
            <DropdownMenuItem isDanger onSelect={() => onAsk('remove', api)}>
              <Trash2 aria-hidden />
              Remove
            </DropdownMenuItem>
          </>
        ) : null}
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
