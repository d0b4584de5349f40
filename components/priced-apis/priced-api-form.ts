import * as z from 'zod'
import { formatUsdc } from '@/domain/money'
import {
  type CreatePricedApiInput,
  createPricedApiInput,
  DEFAULT_TIMEOUT_SECONDS,
  MAX_PRICE_MICRO_USDC,
  type PricedApiView,
  secretHeaderInput,
  type UpdatePricedApiInput,
} from '@/domain/priced-api'
import { type AmountLimits, readAmount } from '../money/read-amount'

export const PRICE_LIMITS: AmountLimits = {
  minimum: 1n,
  balance: MAX_PRICE_MICRO_USDC,
  balanceWords: 'the most for a call is',
}

const { name, slug, upstreamUrl } = createPricedApiInput.shape

/** What stands in the dialog. `keep` is offered only where a secret is stored. */
export const pricedApiForm = z
  .object({
    name,
    slug,
    upstreamUrl,
    price: z.string().superRefine((text, ctx) => {
      const read = readAmount(text, PRICE_LIMITS)
      if (!read.ok) ctx.addIssue({ code: 'custom', message: read.words })
    }),
    timeoutSeconds: z.string().regex(/^\d{1,2}$/),
    secret: z.enum(['none', 'keep', 'set']),
    secretName: z.string(),
    secretValue: z.string(),
  })
  .superRefine((form, ctx) => {
    if (form.secret !== 'set') return
    const read = secretHeaderInput.safeParse({ name: form.secretName, value: form.secretValue })
    for (const { path, message } of read.error?.issues ?? []) {
      ctx.addIssue({ code: 'custom', path: [path[0] === 'name' ? 'secretName' : 'secretValue'], message })
    }
  })
export type PricedApiForm = z.infer<typeof pricedApiForm>

export function formOf(api: PricedApiView | null): PricedApiForm {
  return {
    name: api?.name ?? '',
    slug: api?.slug ?? '',
    upstreamUrl: api?.upstreamUrl ?? '',
    price: api ? formatUsdc(BigInt(api.priceMicroUsdc)) : '',
    timeoutSeconds: String(api?.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS),
    secret: api?.secretHeaderName ? 'keep' : 'none',
    secretName: '',
    secretValue: '',
  }
}

type Input = Omit<CreatePricedApiInput, 'secretHeader'> & Pick<UpdatePricedApiInput, 'secretHeader'>

/** What the server is sent for a form that was accepted. */
export function toInput(form: PricedApiForm): Input {
  const price = readAmount(form.price, PRICE_LIMITS)
  const secretHeader = {
    none: null,
    keep: 'keep' as const,
    set: { name: form.secretName, value: form.secretValue },
  }[form.secret]
  return {
    name: form.name,
    slug: form.slug,
    upstreamUrl: form.upstreamUrl,
    priceMicroUsdc: price.ok ? price.amount.toString() : '0',
    timeoutSeconds: Number(form.timeoutSeconds),
    secretHeader,
  }
}
