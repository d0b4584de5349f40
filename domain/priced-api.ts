import * as z from 'zod'
import { nameSchema, slugSchema } from './workspace'

/** What a call may cost, in micro USDC: at most 1,000 USDC. */
export const MAX_PRICE_MICRO_USDC = 1_000_000_000n
export const MAX_TIMEOUT_SECONDS = 60
export const DEFAULT_TIMEOUT_SECONDS = 30
/** Live APIs of one workspace. */
export const MAX_PRICED_APIS = 100
/** How many days back calls, revenue and failures are counted. */
export const REVENUE_DAYS = 30

const upstreamUrlSchema = z
  .string()
  .trim()
  .max(2_000, 'Must be at most 2,000 characters.')
  .refine(
    isPlainHttpUrl,
    'Must be an https:// address without a query, a fragment, a user name or a password.',
  )

const priceSchema = z
  .string()
  .regex(/^[1-9]\d{0,9}$/, 'Must be micro USDC as a decimal string, above zero.')
  .refine(
    (text) => /^\d{1,10}$/.test(text) && BigInt(text) <= MAX_PRICE_MICRO_USDC,
    'Must be at most 1,000 USDC.',
  )

// Headers that are Bursar's to set, or that say how the message itself is carried.
const RESERVED_HEADERS = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

export const secretHeaderInput = z.strictObject({
  name: z
    .string()
    .trim()
    .max(64, 'Must be at most 64 characters.')
    .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'Must be a header name, such as Authorization or X-Api-Key.')
    .refine((name) => !isReservedHeader(name), 'This header is set by Bursar.'),
  value: z
    .string()
    .trim()
    .min(1, 'Must not be empty.')
    .max(2_000, 'Must be at most 2,000 characters.')
    .regex(/^[\x20-\x7e]*$/, 'Must be printable ASCII.'),
})

const fields = {
  name: nameSchema,
  upstreamUrl: upstreamUrlSchema,
  priceMicroUsdc: priceSchema,
  timeoutSeconds: z.number().int().min(1).max(MAX_TIMEOUT_SECONDS),
}

export const createPricedApiInput = z.strictObject({
  ...fields,
  slug: slugSchema,
  secretHeader: secretHeaderInput.nullable(),
})
export type CreatePricedApiInput = z.infer<typeof createPricedApiInput>

export const updatePricedApiInput = z.strictObject({
  ...fields,
  /** `keep` leaves what is stored; it is refused when the upstream moves to another origin. */
  secretHeader: z.union([z.literal('keep'), secretHeaderInput.nullable()]),
})
export type UpdatePricedApiInput = z.infer<typeof updatePricedApiInput>

export const pricedApiView = z.strictObject({
  id: z.uuid(),
  slug: z.string(),
  name: z.string(),
  upstreamUrl: z.string(),
  priceMicroUsdc: z.string(),
  timeoutSeconds: z.number(),
  isActive: z.boolean(),
  /** The name only: the value is never shown again. */
  secretHeaderName: z.string().nullable(),
  createdAt: z.iso.datetime(),
  /** Of the last `REVENUE_DAYS` days. */
  calls: z.number(),
  failures: z.number(),
  revenueMicroUsdc: z.string(),
  /** Half of the served calls took at most so long; null without one. */
  p50Milliseconds: z.number().nullable(),
})
export type PricedApiView = z.infer<typeof pricedApiView>

/** One day (UTC) of a workspace's priced APIs. */
export const revenueDayView = z.strictObject({
  day: z.iso.date(),
  revenueMicroUsdc: z.string(),
  calls: z.number(),
  failures: z.number(),
})
export type RevenueDayView = z.infer<typeof revenueDayView>

function isReservedHeader(name: string): boolean {
  const lower = name.toLowerCase()
  return RESERVED_HEADERS.has(lower) || /^(proxy-|bursar-|payment-|x-payment)/.test(lower)
}

function isPlainHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password, search, hash } = new URL(text)
  return /^https?:$/.test(protocol) && !username && !password && !search && !hash
}
