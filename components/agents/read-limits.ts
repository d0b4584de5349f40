import { readAmount } from '../money/read-amount'

export const END_CHOICES = [
  { value: 'never', label: 'No end', days: null },
  { value: '1', label: 'In 1 day', days: 1 },
  { value: '7', label: 'In 7 days', days: 7 },
  { value: '30', label: 'In 30 days', days: 30 },
  { value: '90', label: 'In 90 days', days: 90 },
  { value: '365', label: 'In a year', days: 365 },
] as const
export type EndChoice = (typeof END_CHOICES)[number]['value'] | 'keep'

/** What the two fields hold: the limit as typed, and the end as chosen. */
export type LimitsDraft = { limit: string; end: EndChoice }

export const NO_LIMITS: LimitsDraft = { limit: '', end: 'never' }

type Limits = { monthlyLimit: string | null; expiresAt: string | null }

const DAY_MILLISECONDS = 86_400_000

/**
 * The draft as the server takes it: micro USDC and ISO time, null where there is none. Null when the amount cannot be
 * read; the field says why. `keep` leaves the end as it is.
 */
export function readLimits(
  { limit, end }: LimitsDraft,
  { now, current = null }: { now: number; current?: string | null },
): Limits | null {
  const read = readAmount(limit)
  if (!read.ok && read.reason !== 'empty') return null
  const days = END_CHOICES.find(({ value }) => value === end)?.days ?? null
  return {
    monthlyLimit: read.ok ? read.amount.toString() : null,
    expiresAt:
      end === 'keep' ? current : days === null ? null : new Date(now + days * DAY_MILLISECONDS).toISOString(),
  }
}
