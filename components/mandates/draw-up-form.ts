import * as z from 'zod'
import { agentIdSchema } from '@/domain/agent'
import { mandateIntent } from '@/domain/mandate'
import { readAmount } from '../money/read-amount'

export const ENDS = [
  { value: '28800', label: 'After 8 hours' },
  { value: '86400', label: 'After 1 day' },
  { value: '604800', label: 'After 7 days' },
  { value: '2592000', label: 'After 30 days' },
  { value: '7776000', label: 'After 90 days' },
  { value: '31536000', label: 'After a year' },
] as const

export const PERIODS = [
  { value: 'none', label: 'No period' },
  { value: '3600', label: 'In any hour' },
  { value: '86400', label: 'In any day' },
  { value: '604800', label: 'In any 7 days' },
  { value: '2592000', label: 'In any 30 days' },
] as const

const amount = z.string().transform((text, ctx) => {
  const read = readAmount(text)
  if (read.ok) return read.amount.toString()
  ctx.addIssue({ code: 'custom', message: read.words })
  return z.NEVER
})
const optionalAmount = z.union([z.literal('').transform(() => undefined), amount])

/** The fields as a person fills them in; read as the server takes them. */
export const drawUpForm = z
  .object({
    agentId: agentIdSchema,
    naturalLanguage: mandateIntent.shape.naturalLanguage,
    limitAmount: amount,
    maxAmountPerTx: optionalAmount,
    validForSeconds: z.string().transform(Number),
    periodSeconds: z.string(),
    periodLimit: optionalAmount,
    recipients: z.string(),
  })
  .transform(({ recipients, periodSeconds, periodLimit, maxAmountPerTx, ...values }, ctx) => {
    const addresses = recipients.split(/[\s,]+/).filter(Boolean)
    const checked = mandateIntent.shape.recipientAllowlist.safeParse(addresses)
    if (!checked.success) {
      const [issue] = checked.error.issues
      ctx.addIssue({ code: 'custom', path: ['recipients'], message: issue?.message ?? 'Must be addresses.' })
    }
    const hasPeriod = periodSeconds !== 'none'
    if (hasPeriod && periodLimit === undefined) {
      ctx.addIssue({ code: 'custom', path: ['periodLimit'], message: 'Enter an amount.' })
    }
    return {
      ...values,
      ...(maxAmountPerTx === undefined ? {} : { maxAmountPerTx }),
      ...(addresses.length > 0 ? { recipientAllowlist: addresses } : {}),
      ...(hasPeriod && periodLimit !== undefined
        ? { period: { seconds: Number(periodSeconds), limit: periodLimit } }
        : {}),
    }
  })
export type DrawUpValues = z.input<typeof drawUpForm>
export type DrawnUp = z.output<typeof drawUpForm>
