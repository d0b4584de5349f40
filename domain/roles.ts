export const MEMBER_ROLES = ['OWNER', 'ADMIN', 'APPROVER', 'VIEWER'] as const
export type MemberRole = (typeof MEMBER_ROLES)[number]

export const WORKSPACE_KINDS = ['CONSUMER', 'SUPPLIER'] as const
export type WorkspaceKind = (typeof WORKSPACE_KINDS)[number]

const RANK: Record<MemberRole, number> = { OWNER: 3, ADMIN: 2, APPROVER: 1, VIEWER: 0 }

/** Whether a change of role gives somebody more than before; such a change needs an owner's fresh signature. */
export function isRaise(from: MemberRole | null, to: MemberRole): boolean {
  return from === null || RANK[to] > RANK[from]
}

/** What each role may do, in one table that the server enforces and the console reads. */
export const PERMISSIONS = {
  view: ['OWNER', 'ADMIN', 'APPROVER', 'VIEWER'],
  approve: ['OWNER', 'ADMIN', 'APPROVER'],
  'manage-workspace': ['OWNER', 'ADMIN'],
  'refund-charges': ['OWNER', 'ADMIN'],
  'move-balance': ['OWNER'],
  'manage-agents': ['OWNER', 'ADMIN'],
  'manage-address-book': ['OWNER', 'ADMIN', 'APPROVER'],
  'manage-webhooks': ['OWNER', 'ADMIN'],
  'manage-policies': ['OWNER'],
  'stop-payouts': ['OWNER', 'ADMIN', 'APPROVER'],
  'manage-members': ['OWNER'],
  withdraw: ['OWNER'],
  'delete-workspace': ['OWNER'],
} as const satisfies Record<string, readonly MemberRole[]>

export type Permission = keyof typeof PERMISSIONS

export function hasPermission(role: MemberRole, permission: Permission): boolean {
  return (PERMISSIONS[permission] as readonly MemberRole[]).includes(role)
}
