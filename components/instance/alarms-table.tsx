'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ColumnDef } from '@tanstack/react-table'
import { BellOff } from 'lucide-react'
import type { AlarmView } from '@/domain/instance'
import { shortAddress } from '../address/short-address'
import { readProblem } from '../trpc/read-problem'
import { useTRPC } from '../trpc/trpc'
import { Badge } from '../ui/badge'
import { Button } from '../ui/button'
import { type ColumnMeta, DataTable } from '../ui/data-table'
import { EmptyState } from '../ui/empty-state'
import { RelativeTime } from '../ui/relative-time'
import { toast } from '../ui/toast'

const COLUMNS: ColumnDef<AlarmView>[] = [
  { id: 'state', header: 'State', cell: ({ row }) => <AlarmBadge alarm={row.original} /> },
  {
    id: 'message',
    header: 'What',
    cell: ({ row }) => (
      <span className="grid min-w-52 gap-0.5">
        {row.original.message}
        <span className="font-mono text-xs break-all text-ink-muted">
          {row.original.kind} · {row.original.subject}
        </span>
      </span>
    ),
  },
  {
    id: 'first',
    header: 'First seen',
    meta: { isHiddenOnPhone: true, className: 'whitespace-nowrap' } satisfies ColumnMeta,
    cell: ({ row }) => <RelativeTime at={row.original.firstSeenAt} className="text-ink-muted" />,
  },
  {
    id: 'last',
    header: 'Last seen',
    meta: { isHiddenOnPhone: true, className: 'whitespace-nowrap' } satisfies ColumnMeta,
    cell: ({ row }) => <RelativeTime at={row.original.lastSeenAt} className="text-ink-muted" />,
  },
  {
    id: 'acts',
    header: () => <span className="sr-only">Resolve</span>,
    meta: { align: 'right' } satisfies ColumnMeta,
    cell: ({ row }) => (row.original.resolvedAt ? null : <ResolveAlarm alarm={row.original} />),
  },
]

/** Open alarms first, then those resolved in the last week. */
export function AlarmsTable({ alarms }: { alarms: readonly AlarmView[] }) {
  return (
    <DataTable
      caption="Alarms"
      columns={COLUMNS}
      rows={alarms}
      rowId={(alarm) => alarm.id}
      empty={
        <EmptyState icon={BellOff} title="No alarm">
          Reconciliation, reorganisations and stray transfers report here.
        </EmptyState>
      }
      rowClassName={(alarm) => (alarm.resolvedAt ? 'text-ink-muted' : undefined)}
    />
  )
}

function AlarmBadge({ alarm }: { alarm: AlarmView }) {
  if (alarm.resolvedAt) {
    const by = alarm.resolvedBy?.startsWith('0x') ? shortAddress(alarm.resolvedBy) : alarm.resolvedBy
    return (
      <Badge tone="positive" hint={by ? `Resolved by ${by}` : undefined}>
        Resolved
      </Badge>
    )
  }
  return alarm.severity === 'critical' ? (
    <Badge tone="danger">Critical</Badge>
  ) : (
    <Badge tone="caution">Warning</Badge>
  )
}

function ResolveAlarm({ alarm }: { alarm: AlarmView }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const resolve = useMutation(
    trpc.instance.resolveAlarm.mutationOptions({
      onSuccess: () =>
        toast.success('Resolved', { description: 'It opens again when the cause is still there.' }),
      onError: (error) => {
        const problem = readProblem(error)
        toast.error(problem.title, { description: problem.detail })
      },
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.instance.pathKey() }),
    }),
  )
  return (
    <Button
      size="sm"
      pending={resolve.isPending && 'Resolving'}
      onClick={() => resolve.mutate({ alarmId: alarm.id })}
    >
      Resolve
    </Button>
  )
}
