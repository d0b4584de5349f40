import type { AuditAction, AuditEntryView } from '@/domain/audit'
import { MEMBER_ROLES, type MemberRole } from '@/domain/roles'
import { roleWords } from '../workspaces/role-words'

type Details = AuditEntryView['details']

const SENTENCES: Record<AuditAction, (details: Details) => string> = {
  'workspace.created': () => 'created the workspace',
  'workspace.updated': ({ name }) =>
    isChange(name) ? `renamed the workspace from “${name.from}” to “${name.to}”` : 'changed the workspace',
  'workspace.deleted': () => 'deleted the workspace',
  'member.invited': ({ role }) => `invited as ${roleOf(role)}`,
  'member.invite_revoked': () => 'took back the invitation of',
  'member.joined': ({ role }) => `joined as ${roleOf(role)}`,
  'member.declined': () => 'declined the invitation',
  'member.role_changed': ({ from, to }) => `changed from ${roleOf(from)} to ${roleOf(to)}`,
  'member.removed': ({ role }) => `removed the ${roleOf(role)}`,
  'member.left': () => 'left the workspace',
  'alarm.resolve': ({ kind }) =>
    typeof kind === 'string' ? `resolved the alarm ${kind}` : 'resolved an alarm',
  'wallet.onramp_started': () => 'began to buy USDC with Coinbase',
}

/** What somebody did, as the middle of a sentence between who did it and to whom. Unknown acts keep their name. */
export function auditSentence({ action, details }: Pick<AuditEntryView, 'action' | 'details'>): string {
  return isKnown(action) ? SENTENCES[action](details) : action
}

/** Whether the act was done to the address in `target`, so that the list shows it after the sentence. */
export function hasAddressTarget({ action, actor, target }: AuditEntryView): boolean {
  return (
    action.startsWith('member.') && target !== null && target !== actor && /^0x[0-9a-fA-F]{40}$/.test(target)
  )
}

function isKnown(action: string): action is AuditAction {
  return Object.hasOwn(SENTENCES, action)
}

function isChange(value: unknown): value is { from: string; to: string } {
  return typeof value === 'object' && value !== null && 'from' in value && 'to' in value
}

function roleOf(value: unknown): string {
  const role = MEMBER_ROLES.find((known): known is MemberRole => known === value)
  return role ? roleWords(role).label.toLowerCase() : 'member'
}
