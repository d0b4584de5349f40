import type { MemberView } from '@/domain/workspace'
import { readMembers } from './member-repository'
import { toMemberView } from './workspace-view'

/** The members of a workspace, first to join first. */
export async function listMembers({ workspaceId }: { workspaceId: string }): Promise<MemberView[]> {
  return (await readMembers(workspaceId)).map(toMemberView)
}
