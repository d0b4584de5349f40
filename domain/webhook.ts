import * as z from 'zod'
import { HIDDEN_MESSAGE, VISIBLE_LINE } from './visible-text'

/** What an endpoint can be told, by name, with the words that the console uses. */
export const WEBHOOK_EVENTS = {
  'payout.pending_authorization': 'A payout waits for an approval',
  'payout.authorized': 'A payout was approved, by a person or a mandate',
  'payout.signing': 'A payout is being signed',
  'payout.signed': 'A payout is signed',
  'payout.broadcasting': 'A payout is sent to the chain',
  'payout.succeeded': 'A node of the chain has accepted a payout',
  'payout.confirmed': 'A payout is paid: three blocks have it',
  'payout.failed': 'A payout has failed for good; nothing was paid',
  'payout.confirmation_timeout': 'A payout waits too long for the chain; it may still be paid',
  'deposit.credited': "A deposit or an x402 top-up is on an agent's balance",
  'balance.low': "An agent's balance fell below its warning",
  'mandate.signed': 'A mandate is signed and can be used',
  'mandate.revoked': 'A mandate was revoked',
} as const satisfies Record<string, string>
export type WebhookEventType = keyof typeof WEBHOOK_EVENTS
export const WEBHOOK_EVENT_TYPES = Object.keys(WEBHOOK_EVENTS) as [WebhookEventType, ...WebhookEventType[]]
/** Sent by the console's button to one endpoint, whatever its filter. */
export const TEST_EVENT_TYPE = 'webhook.test'

/** Live endpoints of one workspace. */
export const MAX_WEBHOOK_ENDPOINTS = 20
/** So long the former secret still signs beside the new one. */
export const SECRET_OVERLAP_HOURS = 24
/** Events whose deliveries are done are kept so long. */
export const EVENT_RETENTION_DAYS = 30
/** How many events one call sends again. */
export const REPLAY_LIMIT = 1_000

export const WEBHOOK_DELIVERY_STATUSES = ['pending', 'delivered', 'failed'] as const
export type WebhookDeliveryStatus = (typeof WEBHOOK_DELIVERY_STATUSES)[number]

const urlSchema = z
  .string()
  .trim()
  .max(2_000, 'Must be at most 2,000 characters.')
  .refine(isPlainUrl, 'Must be an https:// address without a user name, a password or a fragment.')

export const webhookEndpointInput = z.strictObject({
  url: urlSchema,
  description: z
    .string()
    .trim()
    .max(200, 'Must be at most 200 characters.')
    .regex(VISIBLE_LINE, HIDDEN_MESSAGE)
    .nullable(),
  /** Empty is every type, those of later versions included. */
  eventTypes: z
    .array(z.enum(WEBHOOK_EVENT_TYPES))
    .max(WEBHOOK_EVENT_TYPES.length)
    .refine((types) => new Set(types).size === types.length, 'Each type at most once.'),
})
export type WebhookEndpointInput = z.infer<typeof webhookEndpointInput>

const lastDelivery = z.strictObject({
  id: z.uuid(),
  type: z.string(),
  status: z.enum(WEBHOOK_DELIVERY_STATUSES),
  attempts: z.number().int(),
  lastStatus: z.number().int().nullable(),
  /** Why the last try failed; null after one that succeeded, or while none was made. */
  lastError: z.string().nullable(),
  createdAt: z.iso.datetime(),
})

export const webhookEndpointView = z.strictObject({
  id: z.uuid(),
  url: z.string(),
  description: z.string().nullable(),
  eventTypes: z.array(z.string()),
  isEnabled: z.boolean(),
  /** Why it was turned off without a person: `gone` (it answered 410) or `failing` (nothing arrived for three days). */
  disabledReason: z.enum(['gone', 'failing']).nullable(),
  disabledAt: z.iso.datetime().nullable(),
  failingSince: z.iso.datetime().nullable(),
  /** Until then the former secret signs as well. */
  previousSecretEndsAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  lastDelivery: lastDelivery.nullable(),
})
export type WebhookEndpointView = z.infer<typeof webhookEndpointView>

/** The secret in full, once: the server cannot show it again. */
export const webhookSecretView = z.strictObject({
  secret: z.string(),
  previousSecretEndsAt: z.iso.datetime().nullable(),
})
export type WebhookSecretView = z.infer<typeof webhookSecretView>

export const webhookDeliveryView = z.strictObject({
  id: z.uuid(),
  /** The `webhook-id` header. */
  messageId: z.string(),
  type: z.string(),
  /** Null for a payout's own `webhookUrl`. */
  endpointId: z.uuid().nullable(),
  url: z.string(),
  payoutId: z.string().nullable(),
  status: z.enum(WEBHOOK_DELIVERY_STATUSES),
  attempts: z.number().int(),
  /** Null when nothing will be tried any more. */
  nextAttemptAt: z.iso.datetime().nullable(),
  lastStatus: z.number().int().nullable(),
  lastError: z.string().nullable(),
  replayedBy: z.string().nullable(),
  createdAt: z.iso.datetime(),
  deliveredAt: z.iso.datetime().nullable(),
})
export type WebhookDeliveryView = z.infer<typeof webhookDeliveryView>

const webhookAttemptView = z.strictObject({
  id: z.string(),
  requestHeaders: z.record(z.string(), z.string()),
  responseStatus: z.number().int().nullable(),
  /** The first 2 KiB. */
  responseBody: z.string().nullable(),
  error: z.string().nullable(),
  durationMilliseconds: z.number().int(),
  at: z.iso.datetime(),
})
export type WebhookAttemptView = z.infer<typeof webhookAttemptView>

export const webhookDeliveryDetailsView = webhookDeliveryView.extend({
  /** The very text that is sent and signed. */
  body: z.string(),
  /** Oldest first. */
  tries: z.array(webhookAttemptView),
})
export type WebhookDeliveryDetailsView = z.infer<typeof webhookDeliveryDetailsView>

export const defaultSecretView = z.strictObject({
  /** Null while no payout has needed it and nobody has asked for it. */
  createdAt: z.iso.datetime().nullable(),
  rotatedAt: z.iso.datetime().nullable(),
  previousSecretEndsAt: z.iso.datetime().nullable(),
})
export type DefaultSecretView = z.infer<typeof defaultSecretView>

export const deliveriesFilter = z.strictObject({
  /** `payouts` are those to payouts' own addresses. */
  endpointId: z.union([z.uuid(), z.literal('payouts')]).optional(),
  status: z.enum(WEBHOOK_DELIVERY_STATUSES).optional(),
})
export type DeliveriesFilter = z.infer<typeof deliveriesFilter>

function isPlainUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password, hash } = new URL(text)
  return /^https?:$/.test(protocol) && !username && !password && !hash
}
