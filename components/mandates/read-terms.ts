import { storedAddress } from '@/domain/address'
import {
  type MandateRowView,
  type MandateTerms,
  type MandateTermsInput,
  mandateTermsInput,
  tightenTerms,
} from '@/domain/mandate'
import { formatUsdc } from '@/domain/money'
import { readAmount } from '../money/read-amount'

/** What the fields hold: amounts as typed, the end in seconds, addresses one to a line. */
export type TermsDraft = {
  limitAmount: string
  maxAmountPerTx: string
  periodLimit: string
  validForSeconds: string
  recipients: string
}
export type TermsField = keyof TermsDraft

/** As the server takes it: only what was lowered. */
export type LoweredTerms = {
  limitAmount?: string
  maxAmountPerTx?: string
  validForSeconds?: number
  recipientAllowlist?: string[]
  period?: { seconds: number; limit: string }
}

type Asked = Pick<
  MandateRowView,
  'limitAmount' | 'maxAmountPerTx' | 'period' | 'validFrom' | 'validUntil' | 'recipientAllowlist'
>

export function secondsOf({ validFrom, validUntil }: Pick<Asked, 'validFrom' | 'validUntil'>): number {
  return Math.round((Date.parse(validUntil) - Date.parse(validFrom)) / 1000)
}

/** The fields as they stand before anybody lowers anything. */
export function draftOf(asked: Asked): TermsDraft {
  const amount = (atomic: string | null) => (atomic === null ? '' : formatUsdc(BigInt(atomic)))
  return {
    limitAmount: amount(asked.limitAmount),
    maxAmountPerTx: amount(asked.maxAmountPerTx),
    periodLimit: amount(asked.period?.limit ?? null),
    validForSeconds: String(secondsOf(asked)),
    recipients: (asked.recipientAllowlist ?? []).join('\n'),
  }
}

type Read =
  | { ok: true; terms: LoweredTerms; count: number }
  | { ok: false; errors: Partial<Record<TermsField, string>> }

const FIELDS: Record<string, TermsField> = {
  limitAmount: 'limitAmount',
  maxAmountPerTx: 'maxAmountPerTx',
  period: 'periodLimit',
  validForSeconds: 'validForSeconds',
  recipientAllowlist: 'recipients',
}

/** What differs from what was asked for, judged by the rules that the server has too. */
export function readTerms(draft: TermsDraft, asked: Asked): Read {
  const before = draftOf(asked)
  const errors: Partial<Record<TermsField, string>> = {}
  const terms: LoweredTerms = {}
  const amountOf = (field: 'limitAmount' | 'maxAmountPerTx' | 'periodLimit'): string | null => {
    const typed = draft[field].trim()
    if (typed === before[field]) return null
    const read = readAmount(typed)
    if (read.ok) return read.amount.toString()
    errors[field] = read.words
    return null
  }
  const [limit, cap, period] = [amountOf('limitAmount'), amountOf('maxAmountPerTx'), amountOf('periodLimit')]
  if (limit !== null) terms.limitAmount = limit
  if (cap !== null) terms.maxAmountPerTx = cap
  if (period !== null && asked.period) terms.period = { seconds: asked.period.seconds, limit: period }
  if (draft.validForSeconds !== before.validForSeconds) terms.validForSeconds = Number(draft.validForSeconds)
  const recipients = linesOf(draft.recipients)
  if (recipients.join() !== linesOf(before.recipients).join()) terms.recipientAllowlist = recipients
  if (Object.keys(errors).length > 0) return { ok: false, errors }
  const parsed = mandateTermsInput.safeParse(terms)
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) errors[fieldOf(path[0])] ??= message
    return { ok: false, errors }
  }
  for (const { path, message } of loosened(asked, parsed.data)) errors[fieldOf(path)] ??= message
  return Object.keys(errors).length > 0
    ? { ok: false, errors }
    : { ok: true, terms, count: Object.keys(terms).length }
}

const WORDS: Record<TermsField, (asked: Asked) => string> = {
  limitAmount: ({ limitAmount }) => atMost(limitAmount),
  maxAmountPerTx: ({ maxAmountPerTx }) => atMost(maxAmountPerTx),
  periodLimit: ({ period }) => atMost(period?.limit ?? null),
  validForSeconds: () => 'It can only end sooner.',
  recipients: () => 'Keep at least one of the addresses, and add none.',
}

function loosened(asked: Asked, lowered: MandateTermsInput): { path: string; message: string }[] {
  const current: MandateTerms = {
    limitAmount: BigInt(asked.limitAmount),
    validForSeconds: secondsOf(asked),
    maxAmountPerTx: asked.maxAmountPerTx === null ? null : BigInt(asked.maxAmountPerTx),
    recipientAllowlist: (asked.recipientAllowlist ?? []).map(storedAddress),
    period: asked.period && { seconds: asked.period.seconds, limit: BigInt(asked.period.limit) },
  }
  return tightenTerms(current, lowered).errors.map(({ path }) => {
    const name = path.split('.')[1] ?? ''
    return { path: name, message: WORDS[fieldOf(name)](asked) }
  })
}

function fieldOf(name: PropertyKey | undefined): TermsField {
  return FIELDS[String(name)] ?? 'limitAmount'
}

function atMost(atomic: string | null): string {
  return `It can only be lowered: at most ${formatUsdc(BigInt(atomic ?? '0'))} USDC.`
}

function linesOf(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .map((line) => line.trim())
    .filter(Boolean)
}
