import * as z from 'zod'

/** Every human act that is kept, by name. The console writes its sentence from the name, the target and the details. */
export const AUDIT_ACTIONS = [
  'workspace.created',
  'workspace.updated',
  'workspace.deleted',
  'member.invited',
  'member.invite_revoked',
  'member.joined',
  'member.declined',
  'member.role_changed',
  'member.removed',
  'member.left',
  'alarm.resolve',
  'wallet.onramp_started',
  'priced_api.created',
  'priced_api.updated',
  'priced_api.activated',
  'priced_api.deactivated',
  'priced_api.removed',
  'balance.charge_refunded',
  'balance.moved',
  'balance.threshold_set',
  'agent.created',
  'agent.linked',
  'agent.updated',
  'agent.token_rotated',
  'agent.recovered',
  'agent.revoked',
  'agent.wallet_linked',
  'agent.wallet_unlinked',
  'balance.refund_requested',
  'revenue.withdrawal_requested',
  'deposit.return_requested',
  'deposit.attributed',
  'deposit.claimed',
] as const
export type AuditAction = (typeof AUDIT_ACTIONS)[number]

export const auditEntryView = z.strictObject({
  id: z.string().regex(/^\d+$/),
  actor: z.string(),
  action: z.string(),
  target: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  requestId: z.string().nullable(),
  createdAt: z.iso.datetime(),
})
export type AuditEntryView = z.infer<typeof auditEntryView>
