import type { StoredAddress } from '@/domain/address'
import type { InviteView, MyInviteView } from '@/domain/workspace'
import { readInvitesOf, readOpenInvites } from './invite-repository'
import { toInviteView, toMyInviteView } from './workspace-view'

/** The open invitations of a workspace, newest first. */
export async function listInvites({ workspaceId }: { workspaceId: string }): Promise<InviteView[]> {
  return (await readOpenInvites(workspaceId)).map(toInviteView)
}

/** The open invitations that wait for this person, newest first. */
export async function listMyInvites({ address }: { address: StoredAddress }): Promise<MyInviteView[]> {
  return (await readInvitesOf(address)).map(toMyInviteView)
}
