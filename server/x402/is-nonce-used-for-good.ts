import { isExactNonceUsed, isUptoNonceUsed } from '@/server/chain'
import type { DuePayment } from './due-payment-repository'

/** Whether the payment's nonce is used at a final block: from there no reorganisation takes it back. */
export function isNonceUsedForGood({ scheme, payer, nonce }: DuePayment): Promise<boolean> {
  return scheme === 'exact'
    ? isExactNonceUsed({ payer, nonce: nonce as `0x${string}` }, 'finalized')
    : isUptoNonceUsed({ payer, nonce: BigInt(nonce) }, 'finalized')
}
