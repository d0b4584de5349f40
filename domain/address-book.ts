import * as z from 'zod'
import { addressSchema } from './address-schema'
import { HIDDEN_MESSAGE, VISIBLE_LINE } from './visible-text'
import { workspaceIdSchema } from './workspace-id'

/** More would be no book that a person keeps, and each approval compares its recipient with all of them. */
export const MAX_ADDRESS_BOOK_ENTRIES = 1_000
const MAX_NAME = 80
const MAX_NOTE = 280

export const entryNameSchema = z
  .string()
  .trim()
  .min(1, 'Must not be empty.')
  .max(MAX_NAME, `Must be at most ${MAX_NAME} characters.`)
  .regex(VISIBLE_LINE, HIDDEN_MESSAGE)

export const entryNoteSchema = z
  .string()
  .trim()
  .max(MAX_NOTE, `Must be at most ${MAX_NOTE} characters.`)
  .refine((text) => VISIBLE_LINE.test(text.replaceAll('\n', ' ')), HIDDEN_MESSAGE)
  .transform((text) => text || null)

const workspaceId = workspaceIdSchema.optional()

export const addEntryInput = z.strictObject({
  workspaceId,
  address: addressSchema,
  name: entryNameSchema,
  note: entryNoteSchema.nullish(),
  /** The person was shown the known addresses that this one could be taken for, and adds it all the same. */
  isLookalikeAccepted: z.boolean().default(false),
})

/** The address stays: another address is another entry. */
export const updateEntryInput = z.strictObject({
  workspaceId,
  id: z.uuid(),
  name: entryNameSchema,
  note: entryNoteSchema.nullish(),
})

export type AddressBookEntryView = {
  id: string
  /** Checksummed. */
  address: string
  name: string
  note: string | null
  createdBy: string
  createdAt: string
  updatedAt: string
}

/** From where a workspace knows an address, what names it best first. */
export const KNOWN_AS = [
  'named',
  'workspace_wallet',
  'payout_wallet',
  'member',
  'agent_wallet',
  'paid',
] as const
export type KnownAs = (typeof KNOWN_AS)[number]

/** A known address that a person could take another one for. */
export type Lookalike = { address: string; name: string | null; knownAs: KnownAs }

/** What is known about an address before money is sent there. */
export type RecipientDescription = {
  /** Checksummed. */
  address: string
  /** Its name in the address book. */
  name: string | null
  /** No payout to it has been confirmed. */
  isFirstTime: boolean
  /** Known addresses that a person could take for this one. */
  lookalikes: Lookalike[]
}

/**
 * What two names must differ in: not in case, width, spaces or what nobody sees. An address that bears the name of another
 * would be taken for it wherever names stand.
 */
export function nameKey(name: string): string {
  const seen = name.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '')
  // Upper case first: it writes out letters, as ß, that lower case alone keeps apart.
  return seen.toUpperCase().toLowerCase().replace(/\s+/gu, ' ').trim()
}

const SHOWN_DIGITS = 4
const MAX_DIFFERENCES = 2

/**
 * Whether one address could be taken for the other: another address with the same first and last four hex digits, which is what
 * people compare, or one that differs in at most two digits.
 */
export function isLookalike(one: string, other: string): boolean {
  const [a, b] = [digitsOf(one), digitsOf(other)]
  if (a === b) return false
  const hasSameEnds =
    a.slice(0, SHOWN_DIGITS) === b.slice(0, SHOWN_DIGITS) && a.slice(-SHOWN_DIGITS) === b.slice(-SHOWN_DIGITS)
  return hasSameEnds || countDifferences(a, b) <= MAX_DIFFERENCES
}

function digitsOf(address: string): string {
  return address.slice(2).toLowerCase()
}

function countDifferences(a: string, b: string): number {
  let differences = Math.abs(a.length - b.length)
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    if (a[index] !== b[index]) differences += 1
  }
  return differences
}
