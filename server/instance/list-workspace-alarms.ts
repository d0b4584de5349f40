import type { AlarmView } from '@/domain/instance'
import { selectAlarms } from './alarm-repository'
import { buildAlarmView } from './alarm-view'

/** The alarms of one workspace: open ones first, then those resolved in the last week. */
export async function listWorkspaceAlarms({ workspaceId }: { workspaceId: string }): Promise<AlarmView[]> {
  return (await selectAlarms({ workspaceId })).map(buildAlarmView)
}
