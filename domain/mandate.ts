import * as z from 'zod'
import { type StoredAddress, storedAddress } from './address'
import type { RecipientDescription } from './address-book'
import { addressSchema } from './address-schema'
import { agentIdSchema } from './agent'
import { atomicString } from './atomic'
import type { FieldError } from './errors'
import { MAX_UINT256 } from './money'
import type { PayoutStatus } from './payout-status'
import { HIDDEN_DESCRIPTION, HIDDEN_MESSAGE, VISIBLE_LINE } from './visible-text'
import { workspaceIdSchema } from './workspace-id'

export const MANDATE_STATUSES = ['pending_signature', 'signed', 'revoked', 'expired'] as const
export type MandateStatus = (typeof MANDATE_STATUSES)[number]

export const MAX_VALID_SECONDS = 365 * 86_400
const MAX_RECIPIENTS = 50
const MAX_HOSTS = 50

/** A mandate's id: `m_` and 128 random bits in hex. */
export const mandateIdSchema = z
  .string()
  .regex(/^m_[0-9a-f]{32}$/, 'Must be a mandate id: m_ and 32 hex digits.')

/** Whether it can be the id of a mandate at all. */
export function isMandateId(text: string): boolean {
  return mandateIdSchema.safeParse(text).success
}

const positiveAmount = z
  .string()
  .regex(/^[1-9]\d{0,77}$/, 'Must be atomic units as a decimal string, at least "1".')
  .transform((text, ctx) => {
    const amount = BigInt(text)
    if (amount <= MAX_UINT256) return amount
    ctx.addIssue({ code: 'custom', message: 'Must be at most 2^256 - 1.' })
    return z.NEVER
  })

const seconds = z
  .number()
  .int('Must be whole seconds.')
  .min(1, 'Must be at least 1 second.')
  .max(MAX_VALID_SECONDS, `Must be at most one year, ${MAX_VALID_SECONDS} seconds.`)

/** Rolling: at most `limit` within any `seconds`. */
const period = z.strictObject({ seconds, limit: positiveAmount })

const recipients = z
  .array(addressSchema)
  .max(MAX_RECIPIENTS, `Must be at most ${MAX_RECIPIENTS} addresses.`)
  .refine((list) => new Set(list).size === list.length, 'Must not name an address twice.')

const naturalLanguage = z
  .string()
  .min(1, 'Must not be empty.')
  .max(500, 'Must be at most 500 characters.')
  // It is shown and signed: of what is not seen, line feeds only.
  .refine((text) => VISIBLE_LINE.test(text.replaceAll('\n', ' ')), HIDDEN_MESSAGE)
  .refine((text) => text.trim() !== '', 'Must not be blank.')
  .describe(`Shown and signed. ${HIDDEN_DESCRIPTION}`)

const host = z
  .string()
  .max(253)
  .regex(
    /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)*[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/,
    'Must be a host name.',
  )
  .transform((text) => text.toLowerCase())

const terms = {
  /** Atomic units, in all. */
  limitAmount: positiveAmount,
  /** Counted from the moment it is asked for. */
  validForSeconds: seconds,
  /** Atomic units, for each payout. */
  maxAmountPerTx: positiveAmount.optional(),
  /** Empty or left out allows any. */
  recipientAllowlist: recipients.optional(),
  period: period.optional(),
}

/** What an agent asks for. Null stands for a field that is left out. The currency is judged apart: another one has a code of its own. */
export const mandateIntent = z.strictObject({
  naturalLanguage,
  ...terms,
  maxAmountPerTx: terms.maxAmountPerTx.nullable(),
  recipientAllowlist: terms.recipientAllowlist.nullable(),
  period: terms.period.nullable(),
  currency: z
    .string()
    .min(1)
    .max(32)
    .nullish()
    .transform((symbol) => symbol ?? 'USDC')
    .describe('Default: USDC.'),
  category: z
    .string()
    .min(1)
    .max(64)
    .regex(VISIBLE_LINE, HIDDEN_MESSAGE)
    .nullish()
    .transform((text) => text ?? 'general')
    .describe(`Default: general. ${HIDDEN_DESCRIPTION}`),
  hostAllowlist: z
    .array(host)
    .max(MAX_HOSTS, `Must be at most ${MAX_HOSTS} hosts.`)
    .nullish()
    .transform((hosts) => hosts ?? [])
    .describe('A mandate that names hosts pays for calls to them and authorises no payout. Default: none.'),
})
export type MandateIntent = z.output<typeof mandateIntent>

/** What may be lowered before signing; what is left out stays. */
export const mandateTermsInput = z.strictObject({
  ...terms,
  limitAmount: positiveAmount.optional(),
  validForSeconds: seconds.optional(),
})
export type MandateTermsInput = z.output<typeof mandateTermsInput>

const checksummedAddress = z.string().regex(/^0x[0-9a-fA-F]{40}$/)
const time = z.iso.datetime()

/** A mandate as its agent and webhooks see it; amounts in atomic units. */
export const mandateView = z.strictObject({
  mandateId: mandateIdSchema,
  agentId: agentIdSchema,
  status: z.enum(MANDATE_STATUSES),
  isEnabled: z.boolean(),
  naturalLanguage: z.string(),
  category: z.string(),
  currency: z.string(),
  limitAmount: atomicString,
  spentAmount: atomicString,
  /** Promised to payouts that are on their way. */
  pendingSpentAmount: atomicString,
  remainingAmount: atomicString,
  validFrom: time,
  validUntil: time,
  /** Null is any. */
  hostAllowlist: z.array(z.string()).nullable(),
  /** Null is any. */
  recipientAllowlist: z.array(checksummedAddress).nullable(),
  maxAmountPerTx: atomicString.nullable(),
  period: z.strictObject({ seconds: z.number().int(), limit: atomicString }).nullable(),
  mandateHash: z
    .string()
    .regex(/^0x[0-9a-f]{64}$/)
    .nullable(),
  signedAt: time.nullable(),
  createdAt: time,
  updatedAt: time,
  /** Where a person signs it, while that is possible. */
  signUrl: z.string().nullable(),
})
export type MandateView = z.infer<typeof mandateView>

/** A mandate as the people of its workspace see it. */
export const mandateRowView = mandateView.extend({
  agentName: z.string(),
  /** Spent and promised within the rolling period; null without one. */
  periodSpent: atomicString.nullable(),
  /** Until then it can be signed. */
  linkExpiresAt: time,
  /** How many approvers must sign by the policy as it is now, and how many have who still may; as it was once all have signed. */
  requiredSignatures: z.number().int(),
  signatureCount: z.number().int(),
  /** Somebody has signed these terms, so nobody may lower them any more. */
  areTermsFixed: z.boolean(),
  /** The person who drew it up; null when the agent asked. */
  createdBy: checksummedAddress.nullable(),
  revokedAt: time.nullable(),
  revokedBy: checksummedAddress.nullable(),
})
export type MandateRowView = z.infer<typeof mandateRowView>

export type MandateDetailsView = MandateRowView & {
  workspace: { id: string; slug: string; name: string }
  /** Everybody who signed it, in order; `isCounted` while that person may approve. */
  signers: { address: string; signedAt: string; isCounted: boolean }[]
  /** What is known of the first 50 addresses that it names. */
  recipients: RecipientDescription[]
  /** Its newest payouts. */
  payouts: {
    id: string
    payoutId: string
    status: PayoutStatus
    failureReason: string | null
    amount: string
    toAddress: string
    /** As the address book names it now. */
    recipientName: string | null
    createdAt: string
  }[]
  /** What people and its agent did with it, newest first. */
  acts: { id: string; actor: string; action: string; details: Record<string, unknown>; createdAt: string }[]
  /** Payouts that a revocation would stop. */
  stoppable: number
}

export const createMandateInput = mandateIntent.extend({
  workspaceId: workspaceIdSchema.optional(),
  agentId: agentIdSchema,
})

/** The terms that a signature is over. */
export type MandateTerms = {
  limitAmount: bigint
  validForSeconds: number
  maxAmountPerTx: bigint | null
  /** Empty allows any. */
  recipientAllowlist: readonly StoredAddress[]
  period: { seconds: number; limit: bigint } | null
}

/** The terms with what a person lowered, and every field that would be looser than what was asked for. */
export function tightenTerms(
  asked: MandateTerms,
  lowered: MandateTermsInput,
): { terms: MandateTerms; errors: FieldError[] } {
  const errors: FieldError[] = []
  const refuse = (path: string, message: string) => errors.push({ path: `terms.${path}`, message })
  if (lowered.limitAmount !== undefined && lowered.limitAmount > asked.limitAmount) {
    refuse('limitAmount', `Must be at most ${asked.limitAmount}.`)
  }
  if (lowered.validForSeconds !== undefined && lowered.validForSeconds > asked.validForSeconds) {
    refuse('validForSeconds', `Must be at most ${asked.validForSeconds}.`)
  }
  if (
    lowered.maxAmountPerTx !== undefined &&
    asked.maxAmountPerTx !== null &&
    lowered.maxAmountPerTx > asked.maxAmountPerTx
  ) {
    refuse('maxAmountPerTx', `Must be at most ${asked.maxAmountPerTx}.`)
  }
  const allowed = asked.recipientAllowlist.map(storedAddress)
  if (lowered.recipientAllowlist !== undefined && allowed.length > 0) {
    const isSubset = lowered.recipientAllowlist.every((address) => allowed.includes(address))
    if (lowered.recipientAllowlist.length === 0) refuse('recipientAllowlist', 'An empty list allows anybody.')
    else if (!isSubset) refuse('recipientAllowlist', 'Must name only addresses that were asked for.')
  }
  if (lowered.period !== undefined && asked.period !== null) {
    if (lowered.period.seconds < asked.period.seconds) {
      refuse('period.seconds', `Must be at least ${asked.period.seconds}: a shorter period pays more often.`)
    }
    if (lowered.period.limit > asked.period.limit) {
      refuse('period.limit', `Must be at most ${asked.period.limit}.`)
    }
  }
  return {
    errors,
    terms: {
      limitAmount: lowered.limitAmount ?? asked.limitAmount,
      validForSeconds: lowered.validForSeconds ?? asked.validForSeconds,
      maxAmountPerTx: lowered.maxAmountPerTx ?? asked.maxAmountPerTx,
      recipientAllowlist: lowered.recipientAllowlist ?? asked.recipientAllowlist,
      period: lowered.period ?? asked.period,
    },
  }
}

/** Whether two sets of terms say the same; the order of recipients counts, as it does in what is signed. */
export function areSameTerms(a: MandateTerms, b: MandateTerms): boolean {
  return (
    a.limitAmount === b.limitAmount &&
    a.validForSeconds === b.validForSeconds &&
    a.maxAmountPerTx === b.maxAmountPerTx &&
    a.recipientAllowlist.join() === b.recipientAllowlist.join() &&
    a.period?.seconds === b.period?.seconds &&
    a.period?.limit === b.period?.limit
  )
}

export const MANDATE_WARNINGS = [
  'any_recipient',
  'pays_no_payouts',
  'second_signature_needed',
  'ends_soon',
] as const
export type MandateWarning = (typeof MANDATE_WARNINGS)[number]
