'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import type { AlarmView } from '@/domain/instance'
import { workspaceHref } from '../shell/nav-items'
import { useWorkspace } from '../shell/workspace-context'
import { readProblem } from '../trpc/read-problem'
import { StaleNotice } from '../trpc/stale-notice'
import { staleSince } from '../trpc/stale-since'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Notice } from '../ui/notice'
import { RelativeTime } from '../ui/relative-time'
import { payoutOfAlarm } from './payout-of-alarm'

const REFETCH_MILLISECONDS = 30_000

function PayoutLink({ alarm }: { alarm: AlarmView }) {
  const { slug } = useWorkspace()
  const payout = payoutOfAlarm(alarm)
  if (!payout) return null
  return (
    <Button asChild size="sm">
      <Link href={workspaceHref(slug, `/payouts/${payout}`)}>See the payout</Link>
    </Button>
  )
}

/** The open alarms of the workspace above everything else; nothing when all is well. */
export function AlarmsStrip() {
  const trpc = useTRPC()
  const { id } = useWorkspace()
  const alarms = useQuery(
    trpc.wallet.alarms.queryOptions({ workspaceId: id }, { refetchInterval: REFETCH_MILLISECONDS }),
  )
  if (alarms.isError && !alarms.data) {
    return (
      <Notice tone="caution" title="Alarms could not be read">
        {readProblem(alarms.error).detail} An alarm may be open that is not shown here.
      </Notice>
    )
  }
  const open = (alarms.data ?? []).filter((alarm) => alarm.resolvedAt === null)
  if (open.length === 0 && staleSince(alarms) === null) return null
  return (
    <section aria-label="Alarms" className="grid gap-3">
      <StaleNotice query={alarms} />
      {open.map((alarm) => (
        <Notice
          key={alarm.id}
          tone={alarm.severity === 'critical' ? 'danger' : 'caution'}
          title={<span className="wrap-anywhere">{alarm.message}</span>}
          action={<PayoutLink alarm={alarm} />}
        >
          Since <RelativeTime at={alarm.firstSeenAt} />, last seen <RelativeTime at={alarm.lastSeenAt} />. The
          operator of this console sees it too.
        </Notice>
      ))}
    </section>
  )
}
