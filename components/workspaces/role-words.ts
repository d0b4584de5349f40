import { MEMBER_ROLES, type MemberRole } from '@/domain/roles'

const WORDS: Record<MemberRole, { label: string; description: string }> = {
  OWNER: { label: 'Owner', description: 'Everything, members and deletion included' },
  ADMIN: { label: 'Admin', description: 'Manages the workspace and approves; cannot change members' },
  APPROVER: { label: 'Approver', description: 'Sees everything and approves what agents ask for' },
  VIEWER: { label: 'Viewer', description: 'Sees everything, changes nothing' },
}

/** A role as a person reads it. */
export function roleWords(role: MemberRole): { label: string; description: string } {
  return WORDS[role]
}

export const ROLE_OPTIONS = MEMBER_ROLES.map((role) => ({ value: role, ...WORDS[role] }))
