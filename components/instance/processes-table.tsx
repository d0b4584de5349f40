import type { ColumnDef } from '@tanstack/react-table'
import { ServerOff } from 'lucide-react'
import type { ProcessView } from '@/domain/instance'
import { Badge } from '../ui/badge'
import { type ColumnMeta, DataTable } from '../ui/data-table'
import { EmptyState } from '../ui/empty-state'
import { RelativeTime } from '../ui/relative-time'

const COLUMNS: ColumnDef<ProcessView>[] = [
  {
    id: 'kind',
    header: 'Process',
    cell: ({ row: { original } }) => (
      <span className="flex flex-wrap items-center gap-2">
        <span className="font-medium">{original.kind}</span>
        {original.isLeader ? (
          <Badge
            tone="active"
            icon={null}
            hint="Its watcher writes the ledger; the others wait to take over."
          >
            Leads
          </Badge>
        ) : null}
      </span>
    ),
  },
  {
    id: 'state',
    header: 'State',
    cell: ({ row }) =>
      row.original.isAlive ? (
        <Badge tone="positive">Running</Badge>
      ) : (
        <Badge tone="caution">No heartbeat</Badge>
      ),
  },
  {
    id: 'host',
    header: 'Host',
    meta: { isHiddenOnPhone: true } satisfies ColumnMeta,
    cell: ({ row: { original } }) => (
      <span className="font-mono text-[0.8125rem]">
        {original.host}:{original.pid}
      </span>
    ),
  },
  {
    id: 'beat',
    header: 'Heartbeat',
    cell: ({ row }) => <RelativeTime at={row.original.heartbeatAt} className="text-ink-muted" />,
  },
  {
    id: 'since',
    header: 'Started',
    meta: { isHiddenOnPhone: true } satisfies ColumnMeta,
    cell: ({ row }) => <RelativeTime at={row.original.startedAt} className="text-ink-muted" />,
  },
]

/** Web and worker processes on this database, by their heartbeats. */
export function ProcessesTable({ processes }: { processes: readonly ProcessView[] }) {
  return (
    <DataTable
      caption="Processes"
      columns={COLUMNS}
      rows={processes}
      rowId={(process) => process.id}
      empty={
        <EmptyState icon={ServerOff} title="No process has reported">
          Start a worker; it appears within seconds.
        </EmptyState>
      }
    />
  )
}
