import * as z from 'zod'
import { receiveAddressView } from '@/domain/deposits'
import { parseUsdc } from '@/domain/money'

const addressText = z.string().regex(/^0x[0-9a-fA-F]{40}$/) as unknown as z.ZodType<`0x${string}`>

/** A decimal number of dollars as the API writes it, in atomic units. A JSON number's shortest text is what was written. */
export const usdAmount = z.union([z.string(), z.number()]).transform((value, ctx) => {
  const parsed = parseUsdc(String(value))
  if (parsed.ok) return BigInt(parsed.amount)
  ctx.addIssue({ code: 'custom', message: 'Must be a decimal number of dollars.' })
  return z.NEVER
})

/** Where prepaid USDC goes, from REST and from the console's own procedure alike. */
export const receiveAddressAnswer = receiveAddressView.transform((view) => ({
  receiveAddress: view.receive_address as `0x${string}`,
  minimum: usdAmount.parse(view.min_usd),
  confirmationsRequired: view.confirmations_required,
  linkedWallets: view.linked_wallets as `0x${string}`[],
}))
export type ReceiveAddress = z.output<typeof receiveAddressAnswer>

export const topUpAnswer = z.object({ virtual_balance_usd: usdAmount })
export const topUpPending = z.object({ topup_id: z.string() })

/** What an x402 v2 server asks for, with the one way this page pays: `exact` over EIP-3009. */
export const paymentRequired = z.object({
  x402Version: z.literal(2),
  resource: z.unknown(),
  accepts: z.array(z.looseObject({ scheme: z.string() })),
})
export const exactAccept = z.looseObject({
  scheme: z.literal('exact'),
  network: z.string().regex(/^eip155:\d+$/),
  amount: z.string().regex(/^\d+$/),
  asset: addressText,
  payTo: addressText,
  maxTimeoutSeconds: z.number().int().positive(),
  extra: z.looseObject({
    name: z.string(),
    version: z.string(),
    assetTransferMethod: z.literal('eip3009').optional(),
  }),
})
export const paymentResponse = z.object({ transaction: z.string().regex(/^0x[0-9a-fA-F]{64}$/) })

/** A header that carries base64 of JSON; null when it carries anything else. */
export function readHeader(value: string | null): unknown {
  if (value === null) return null
  try {
    const bytes = Uint8Array.from(atob(value), (character) => character.charCodeAt(0))
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return null
  }
}
