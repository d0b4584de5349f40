import { z } from 'zod'
import { addressSchema } from '@/domain/address-schema'
import { mintFromFaucet } from '@/server/chain'
import { env } from '@/server/core/env'
import { answerJson } from './answer'
import { defineRoute, type RestApp } from './define-route'

const ZERO_ADDRESS = `0x${'00'.repeat(20)}`
// A billion USDC and ten ETH: more than any trial needs, less than would empty the chain's own account in a few calls.
const MAX_USDC = 10n ** 15n
const MAX_WEI = 10n ** 19n
// What a newcomer gets who names neither: 1,000 USDC and one ETH for gas.
const DEFAULT_USDC = 1_000_000_000n
const DEFAULT_WEI = 10n ** 18n

function amount(max: bigint) {
  return z
    .union([
      z.string().regex(/^\d{1,30}$/, 'Must be a whole number as a decimal string.'),
      z.int().nonnegative(),
    ])
    .transform((value) => BigInt(value))
    .refine((value) => value <= max, `Must be at most ${max}.`)
    .optional()
}

const faucetInput = z.strictObject({
  address: addressSchema.refine((address) => address !== ZERO_ADDRESS, 'Must not be the zero address.'),
  usdc: amount(MAX_USDC),
  eth: amount(MAX_WEI),
})
const hash = z.string().regex(/^0x[0-9a-f]{64}$/)

export function addFaucetRoutes(app: RestApp): void {
  defineRoute(app, {
    method: 'post',
    path: '/api/dev/faucet',
    tag: 'Local chain',
    summary: 'Test USDC and ETH, on the local chain only',
    description: 'usdc in atomic units, eth in wei. Neither named: 1,000 USDC and one ETH.',
    auth: 'none',
    isEnabled: () => env().isLocal,
    body: faucetInput,
    answers: {
      200: {
        description: 'The transactions, mined with the next block',
        schema: z.strictObject({ usdcTxHash: hash.optional(), ethTxHash: hash.optional() }),
      },
    },
    idempotency: 'Each call sends again.',
    handle: async ({ body: { address, usdc, eth } }) => {
      const isUnnamed = usdc === undefined && eth === undefined
      const amounts = isUnnamed
        ? { usdc: DEFAULT_USDC, eth: DEFAULT_WEI }
        : { usdc: usdc ?? 0n, eth: eth ?? 0n }
      const { usdcTxHash, ethTxHash } = await mintFromFaucet({ address, ...amounts })
      return answerJson({ ...(usdcTxHash ? { usdcTxHash } : {}), ...(ethTxHash ? { ethTxHash } : {}) })
    },
  })
}
