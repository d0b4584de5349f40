import * as z from 'zod'
import { addressSchema } from './address-schema'

/** More would be no book that a person keeps, and each approval compares its recipient with all of them. */
export const MAX_ADDRESS_BOOK_ENTRIES = 1_000
const MAX_NAME = 80
const MAX_NOTE = 280

// Control characters, half characters (which jsonb refuses) and marks that are not seen or reverse text: a name must not look like another.
const HIDDEN = /[\p{Cc}\p{Cs}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u
const HIDDEN_MESSAGE = 'Must not contain control or invisible characters.'

export const entryNameSchema = z
  .string()
  .trim()
  .min(1, 'Must not be empty.')
  .max(MAX_NAME, `Must be at most ${MAX_NAME} characters.`)
  .refine((text) => !HIDDEN.test(text), HIDDEN_MESSAGE)

export const entryNoteSchema = z
  .string()
  .trim()
  .max(MAX_NOTE, `Must be at most ${MAX_NOTE} characters.`)
  .refine((text) => !HIDDEN.test(text.replaceAll('\n', ' ')), HIDDEN_MESSAGE)
  .transform((text) => text || null)

const workspaceId = z.uuid().optional()

export const addEntryInput = z.strictObject({
  workspaceId,
  address: addressSchema,
  name: entryNameSchema,
  note: entryNoteSchema.nullish(),
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

/** What is known about an address before money is sent there. */
export type RecipientDescription = {
  /** Checksummed. */
  address: string
  /** Its name in the address book. */
  name: string | null
  /** No payout to it has been confirmed. */
  isFirstTime: boolean
  /** Known addresses that a person could take for this one. */
  lookalikes: { address: string; name: string | null }[]
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
