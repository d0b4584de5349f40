import type { AuditAction, AuditEntryView } from '@/domain/audit'
import { formatUsdc } from '@/domain/money'
import { MEMBER_ROLES, type MemberRole } from '@/domain/roles'
import { shortAddress } from '../address/short-address'
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
  'priced_api.created': ({ slug }) => `registered the priced API ${wordOf(slug)}`,
  'priced_api.updated': ({ slug }) => `changed the priced API ${wordOf(slug)}`,
  'priced_api.activated': ({ slug }) => `switched the priced API ${wordOf(slug)} on`,
  'priced_api.deactivated': ({ slug }) => `switched the priced API ${wordOf(slug)} off`,
  'priced_api.removed': ({ slug }) => `removed the priced API ${wordOf(slug)}`,
  'balance.charge_refunded': ({ amount }) => `gave an agent back a charge${ofAmount(amount)}`,
  'balance.moved': ({ amount }) => `moved virtual balance${ofAmount(amount)} between two agents`,
  'balance.threshold_set': ({ to }) =>
    to === null
      ? 'turned off the low-balance warning of an agent'
      : `set the low-balance warning of an agent${ofAmount(to)}`,
  'agent.created': ({ name }) => `minted the agent ${nameOf(name)}`,
  'agent.linked': ({ name }) => `linked the agent ${nameOf(name)}`,
  'agent.updated': ({ name }) => `changed the agent ${nameOf(name)}`,
  'agent.token_rotated': ({ name }) => `rotated the token of ${nameOf(name)}`,
  'agent.recovered': ({ name }) => `recovered the agent ${nameOf(name)}`,
  'agent.revoked': ({ name }) => `revoked the agent ${nameOf(name)}`,
  'agent.wallet_linked': ({ address, name }) => `linked the wallet ${wordOf(address)} to ${nameOf(name)}`,
  'agent.wallet_unlinked': ({ address, name }) =>
    `unlinked the wallet ${wordOf(address)} from ${nameOf(name)}`,
  'balance.refund_requested': ({ amount, to }) =>
    `sent ${usdcOf(amount)} of an agent’s balance back to ${addressOf(to)}`,
  'revenue.withdrawal_requested': ({ amount, to }) =>
    `withdrew ${usdcOf(amount)} of revenue to ${addressOf(to)}`,
  'deposit.return_requested': ({ amount, to }) =>
    `returned a deposit of ${usdcOf(amount)} to ${addressOf(to)}`,
  'deposit.attributed': () => 'gave an unattributed deposit to an agent',
  'deposit.claimed': () => 'claimed a deposit for an agent',
  'payout.created': ({ amount, to }) => `asked for a payout of ${usdcOf(amount)} to ${addressOf(to)}`,
  'payout.cancelled': ({ amount, to }) => `cancelled a payout of ${usdcOf(amount)} to ${addressOf(to)}`,
  'payout.approved': ({ amount, to }) => `approved a payout of ${usdcOf(amount)} to ${addressOf(to)}`,
  'payout.denied': ({ amount, to }) => `denied a payout of ${usdcOf(amount)} to ${addressOf(to)}`,
  'payouts.stopped': () => 'stopped all payouts',
  'payouts.resumed': () => 'let payouts go on',
  'policy.changed': () => 'changed the payout policy',
  'mandate.requested': ({ limit }) => `asked for a mandate${ofAmount(limit)}`,
  'mandate.created': ({ limit }) => `drew up a mandate${ofAmount(limit)}`,
  'mandate.signed': ({ limit }) => `signed a mandate${ofAmount(limit)}`,
  'mandate.enabled': () => 'turned a mandate on',
  'mandate.disabled': () => 'turned a mandate off',
  'mandate.revoked': () => 'revoked a mandate',
  'address_book.added': ({ name, lookalikes }) =>
    `added ${nameOf(name)} to the address book${lookalikes === undefined ? '' : ', although it looks like a known address'}`,
  'address_book.changed': ({ name }) => `changed ${nameOf(name)} in the address book`,
  'address_book.removed': ({ name }) => `removed ${nameOf(name)} from the address book`,
  'managed_wallet.swept': ({ amount }) =>
    `sent${ofAmount(amount)} from the payout wallet to the workspace’s wallet`,
  'webhook.endpoint_created': () => 'added a webhook endpoint',
  'webhook.endpoint_updated': () => 'changed a webhook endpoint',
  'webhook.endpoint_removed': () => 'removed a webhook endpoint',
  'webhook.secret_rotated': () => 'rotated a webhook secret',
  'webhook.test_sent': () => 'sent a test event to a webhook endpoint',
  'webhook.replayed': () => 'sent a webhook again',
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

function ofAmount(atomic: unknown): string {
  return isAtomic(atomic) ? ` of ${usdcOf(atomic)}` : ''
}

function isAtomic(value: unknown): value is string {
  return typeof value === 'string' && /^\d+$/.test(value)
}

function nameOf(value: unknown): string {
  return typeof value === 'string' ? `“${value}”` : 'an agent'
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function usdcOf(atomic: unknown): string {
  return isAtomic(atomic) ? `${formatUsdc(BigInt(atomic))} USDC` : 'USDC'
}

function addressOf(value: unknown): string {
  return typeof value === 'string' ? shortAddress(value) : 'a wallet'
}

function roleOf(value: unknown): string {
  const role = MEMBER_ROLES.find((known): known is MemberRole => known === value)
  return role ? roleWords(role).label.toLowerCase() : 'member'
}
