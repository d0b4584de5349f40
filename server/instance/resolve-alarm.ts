import { z } from 'zod'
import type { AlarmView } from '@/domain/instance'
import { AppError } from '@/server/core/app-error'
import { findAlarm, resolveOpenAlarm } from './alarm-repository'
import { buildAlarmView } from './alarm-view'

/**
 * Marks an alarm as dealt with and writes it to the audit log; resolving it again changes nothing. A condition that still
 * holds opens a new alarm at the next check. `actor` is an address. Throws `not_found`.
 */
export async function resolveAlarm({
  alarmId,
  actor,
}: {
  alarmId: string
  actor: string
}): Promise<AlarmView> {
  if (!z.uuid().safeParse(alarmId).success) throw new AppError('not_found')
  const row = (await resolveOpenAlarm({ id: alarmId, actor })) ?? (await findAlarm(alarmId))
  if (!row) throw new AppError('not_found')
  return buildAlarmView(row)
}
