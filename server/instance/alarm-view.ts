import type { AlarmView } from '@/domain/instance'
import type { AlarmRow } from './alarm-repository'

export function buildAlarmView(row: AlarmRow): AlarmView {
  return {
    ...row,
    firstSeenAt: row.firstSeenAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    resolvedAt: row.resolvedAt?.toISOString() ?? null,
  }
}
