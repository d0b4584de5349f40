import * as z from 'zod'
import { addressSchema } from './address-schema'
import { canonicalJson } from './canonical-json'
import { findNetwork, NETWORK_NAMES } from './networks'
import { PAYOUT_STATUSES } from './payout-status'
import { HIDDEN_DESCRIPTION, HIDDEN_MESSAGE, VISIBLE_LINES } from './visible-text'

/** What a double counts exactly, so that no client rounds an amount: 9 billion USDC. */
const MAX_PAYOUT_ATOMIC = 2n ** 53n
const MAX_METADATA_BYTES = 4096
const MAX_METADATA_DEPTH = 16
/** Seven days. */
const DEFAULT_TTL_SECONDS = 604_800

const utf8 = new TextEncoder()

/** Chosen by the agent, compared to the letter. */
export const bizIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_.:-]{1,128}$/, 'Must be 1 to 128 of A-Z a-z 0-9 _ . : -')

// URLs leave out a path segment of one or two dots, however it is written: nobody could read or cancel such a payout.
const payoutIdSchema = z
  .string()
  .regex(
    /^(?!\.{1,2}$)[A-Za-z0-9_.:-]{1,128}$/,
    'Must be 1 to 128 of A-Z a-z 0-9 _ . : -, and neither "." nor "..".',
  )

/** Whether it can be the id of a payout at all. */
export function isPayoutId(text: string): boolean {
  return bizIdSchema.safeParse(text).success
}

const networkSchema = z
  .string()
  .max(64)
  .transform((text, ctx) => {
    const network = findNetwork(text)
    if (network) return network.name
    ctx.addIssue({
      code: 'custom',
      message: `Must be ${NETWORK_NAMES.join(', ')} or a CAIP-2 id such as eip155:8453.`,
    })
    return z.NEVER
  })

/** Text that PostgreSQL and every JSON reader can hold. */
const isStorable = (text: string) => !text.includes('\0') && !/\p{Cs}/u.test(text)

const metadataSchema = z.record(z.string(), z.unknown()).superRefine((metadata, ctx) => {
  const message = findMetadataFault(metadata)
  if (message !== null) ctx.addIssue({ code: 'custom', message })
})

/** In the order of cost: nothing is written out before it is known to be shallow. */
function findMetadataFault(metadata: Record<string, unknown>): string | null {
  const fault = findValueFault(metadata, 1)
  if (fault !== null) return fault
  const bytes = utf8.encode(canonicalJson(metadata)).length + digitsLeftOut(metadata)
  return bytes <= MAX_METADATA_BYTES ? null : `Must be at most ${MAX_METADATA_BYTES} bytes of JSON.`
}

/** How many digits `1e308` and the like save: the database writes every number out, and what it writes is what webhooks carry. */
function digitsLeftOut(value: unknown): number {
  if (typeof value === 'object' && value !== null) {
    return Object.values(value).reduce<number>((sum, member) => sum + digitsLeftOut(member), 0)
  }
  const text = typeof value === 'number' ? String(value) : ''
  const [, sign = '', fraction = '', exponent] = /^(-?)\d(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? []
  if (exponent === undefined) return 0
  const power = Number(exponent)
  const written = power > 0 ? power + 1 : 2 - power + fraction.length
  return sign.length + written - text.length
}

function findValueFault(value: unknown, depth: number): string | null {
  if (typeof value === 'string')
    return isStorable(value) ? null : 'Must hold whole characters other than NUL.'
  if (typeof value === 'number') return Number.isFinite(value) ? null : 'Must hold numbers that a double can.'
  if (typeof value !== 'object' || value === null) return null
  if (depth > MAX_METADATA_DEPTH) return `Must nest at most ${MAX_METADATA_DEPTH} levels.`
  for (const [key, member] of Object.entries(value)) {
    const fault = findValueFault(key, depth) ?? findValueFault(member, depth + 1)
    if (fault !== null) return fault
  }
  return null
}

/** Whether a payout may be so large, or so small; in atomic units. */
export function isPayableAmount(amount: bigint, { minAmount }: { minAmount: bigint }): boolean {
  return amount >= minAmount && amount <= MAX_PAYOUT_ATOMIC
}

function amountSchema(minAmount: bigint) {
  return z
    .string()
    .max(80)
    .regex(/^[1-9][0-9]*$/, 'Must be a whole number of atomic units above zero, as a decimal string.')
    .transform((text, ctx) => {
      // The pattern was refused already; zod goes on to name every fault at once.
      const amount = /^\d{1,80}$/.test(text) ? BigInt(text) : minAmount
      if (isPayableAmount(amount, { minAmount })) return amount
      ctx.addIssue({
        code: 'custom',
        message: `Must be from ${minAmount} to ${MAX_PAYOUT_ATOMIC} atomic units.`,
      })
      return z.NEVER
    })
}

/** Null stands for a field that is left out, as documented clients send it. */
const OPTIONAL_FIELDS = {
  mandateId: z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/, 'Must be 1 to 128 visible ASCII characters.')
    .nullish()
    .transform((id) => id ?? null)
    .describe('A signed mandate of this agent that pays without asking a person.'),
  bizId: bizIdSchema
    .nullish()
    .transform((id) => id ?? null)
    .describe('What it is for: one active payout for each in the workspace.'),
  network: networkSchema
    .nullish()
    .transform((name) => name ?? null)
    .describe('A name or a CAIP-2 id. Default: the network of the deployment.'),
  currency: z
    .string()
    .regex(/^[A-Za-z0-9]{1,16}$/, 'Must be a currency symbol such as USDC.')
    .nullish()
    .transform((symbol) => symbol ?? 'USDC')
    .describe('Default: USDC.'),
  assetAddress: addressSchema
    .nullish()
    .transform((address) => address ?? null)
    .describe('Default: USDC of the network.'),
  description: z
    .string()
    .max(500)
    .regex(VISIBLE_LINES, HIDDEN_MESSAGE)
    .nullish()
    .transform((text) => text ?? null)
    .describe(`Shown to who approves. ${HIDDEN_DESCRIPTION}`),
  metadata: metadataSchema
    .nullish()
    .transform((metadata) => metadata ?? null)
    .describe('At most 4 KiB of JSON with its numbers written out; answered as it was sent.'),
  webhookUrl: z
    .string()
    .max(2048)
    .regex(/^[^\s\p{Cc}\p{Cs}]+$/u, 'Must be a URL.')
    .nullish()
    .transform((url) => url ?? null)
    .describe('A public https address that is told each status.'),
  ttlSeconds: z
    .int()
    .min(60)
    .max(604_800)
    .nullish()
    .transform((seconds) => seconds ?? DEFAULT_TTL_SECONDS)
    .describe('How long it may wait to be approved and signed. Default: 604800.'),
  onMandateRefusal: z
    .enum(['reject', 'ask'])
    .nullish()
    .transform((wish) => wish ?? 'reject')
    .describe('ask: where the mandate refuses, a person decides. Default: reject.'),
  // Documented clients send it; the bearer says who calls.
  agentId: z.unknown().optional(),
}

/** What an agent asks for. `minAmount` is in atomic units. */
export function payoutInput({ minAmount }: { minAmount: bigint }) {
  return z.strictObject({
    payoutId: payoutIdSchema.describe('Makes a repeat one and the same payout; unique in the workspace.'),
    toAddress: addressSchema.describe('In any case; a mixed one must match its EIP-55 checksum.'),
    amount: amountSchema(minAmount).describe('Atomic units: 1000000 is 1 USDC.'),
    ...OPTIONAL_FIELDS,
  })
}

/** A parsed request; amounts in atomic units, addresses as stored. */
export type PayoutInput = z.output<ReturnType<typeof payoutInput>>

const unixSeconds = z.int()

/** A payout as GET answers it and as webhooks carry it. Times are Unix seconds, amounts atomic units. */
export const payoutView = z.strictObject({
  payoutId: z.string(),
  status: z.enum(PAYOUT_STATUSES),
  txHash: z.string().nullable(),
  approvalUrl: z.string().nullable(),
  expiresAt: unixSeconds,
  toAddress: z.string(),
  amount: z.string().regex(/^\d+$/),
  currency: z.string(),
  network: z.enum(NETWORK_NAMES),
  assetAddress: z.string(),
  agentId: z.string().nullable(),
  agentName: z.string().nullable(),
  failureReason: z.string().nullable(),
  createdAt: unixSeconds,
  executedAt: unixSeconds.nullable(),
  mandateId: z.string().nullable(),
  bizId: z.string().nullable(),
  description: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()).nullable(),
  confirmations: z.int(),
  confirmedAt: unixSeconds.nullable(),
  isFinal: z.boolean(),
})
export type PayoutView = z.infer<typeof payoutView>

/** What creating answers, now or at a repeat. */
export const createdPayoutView = payoutView.pick({
  payoutId: true,
  status: true,
  txHash: true,
  approvalUrl: true,
  expiresAt: true,
  mandateId: true,
  bizId: true,
})
export type CreatedPayoutView = z.infer<typeof createdPayoutView>
