// Payments for direct calls of the x402 slice, without a server in between.
import type { PaymentRequired } from '@x402/core/types'
import type { Hex } from 'viem'
import { env } from '@/server/core/env'
import { buildPaymentRequired, type ExpectedPayment, type PaymentOutcome, settlePayment } from '@/server/x402'
import { encodePayment, settleRound } from './x402'

export const PRICE = 5_000_000n
export const RESOURCE = 'http://localhost:3000/api/v1/balance/topup/x402'

export type ExactSigned = { signature: Hex; authorization: Record<string, string> }

export async function askPayment(amount = PRICE): Promise<PaymentRequired> {
  const required = await buildPaymentRequired({ amount, resourceUrl: RESOURCE, description: 'test' })
  if (!required) throw new Error('nothing is offered')
  return required
}

/** Pays while a worker makes its rounds. */
export async function payAndSettle(payment: unknown, expected: ExpectedPayment): Promise<PaymentOutcome> {
  let isOpen = true
  const rounds = (async () => {
    while (isOpen) {
      await settleRound()
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  try {
    return await settlePayment({ header: encodePayment(payment), expected })
  } finally {
    isOpen = false
    await rounds
  }
}

/** What a payer signs for `exact`, as EIP-712 typed data of the local USDC. */
export function exactTypedData(authorization: Record<string, string>, domain: object = {}) {
  const field = (name: string, type: string) => ({ name, type })
  return {
    domain: {
      name: 'USD Coin',
      version: '2',
      chainId: 31_337,
      verifyingContract: env().USDC_ADDRESS,
      ...domain,
    },
    types: {
      TransferWithAuthorization: [
        field('from', 'address'),
        field('to', 'address'),
        field('value', 'uint256'),
        field('validAfter', 'uint256'),
        field('validBefore', 'uint256'),
        field('nonce', 'bytes32'),
      ],
    },
    primaryType: 'TransferWithAuthorization' as const,
    message: authorization,
  }
}
