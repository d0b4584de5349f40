import { checksummed } from '@/domain/address'
import type { InviteView, MemberView, MyInviteView, WorkspaceView } from '@/domain/workspace'
import type { InviteRow, MyInviteRow } from './invite-repository'
import type { MemberRow } from './member-repository'
import type { WorkspaceRow } from './workspace-repository'

export function toWorkspaceView(row: WorkspaceRow): WorkspaceView {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    walletAddress: checksummed(row.walletAddress),
    roles: row.roles,
    createdAt: row.createdAt.toISOString(),
  }
}

export function toMemberView(row: MemberRow): MemberView {
  return {
    address: checksummed(row.address),
    role: row.role,
    rightsFrom: row.rightsFrom.toISOString(),
    addedBy: checksummed(row.addedBy),
    createdAt: row.createdAt.toISOString(),
  }
}

export function toInviteView(row: InviteRow): InviteView {
  return {
    id: row.id,
    address: checksummed(row.address),
    role: row.role,
    invitedBy: checksummed(row.invitedBy),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  }
}

export function toMyInviteView(row: MyInviteRow): MyInviteView {
  const { id, slug, name } = row.workspace
  return { ...toInviteView(row), workspace: { id, slug, name } }
}
