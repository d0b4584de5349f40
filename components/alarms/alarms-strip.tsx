'use client'

import { useQuery } from '@tanstack/react-query'
import { useWorkspace } from '../shell/workspace-context'
import { readProblem } from '../trpc/read-problem'
import { useTRPC } from '../trpc/trpc'
import { Notice } from '../ui/notice'
import { RelativeTime } from '../ui/relative-time'

const REFETCH_MILLISECONDS = 30_000

/** The open alarms of the workspace above everything else; nothing when all is well. */
export function AlarmsStrip() {
  const trpc = useTRPC()
  const { id } = useWorkspace()
  const alarms = useQuery(
    trpc.wallet.alarms.queryOptions({ workspaceId: id }, { refetchInterval: REFETCH_MILLISECONDS }),
  )
  if (alarms.isError) {
    return (
      <Notice tone="caution" title="Alarms could not be read">
        {readProblem(alarms.error).detail} An alarm may be open that is not shown here.
      </Notice>
    )
  }
  const open = (alarms.data ?? []).filter((alarm) => alarm.resolvedAt === null)
  if (open.length === 0) return null
  return (
    <section aria-label="Alarms" className="grid gap-3">
      {open.map((alarm) => (
        <Notice
          key={alarm.id}
          tone={alarm.severity === 'critical' ? 'danger' : 'caution'}
          title={alarm.message}
        >
          Since <RelativeTime at={alarm.firstSeenAt} />, last seen <RelativeTime at={alarm.lastSeenAt} />. The
          operator of this console sees it too.
        </Notice>
      ))}
    </section>
  )
}
