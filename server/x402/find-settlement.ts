import { findExactSettlement, findUptoSettlement, type X402Search } from '@/server/chain'
import type { DuePayment } from './due-payment-repository'
import { uptoPermitWords } from './encode-settlement'

/** What the chain's own logs say about a payment: by nonce, so whoever sent it. */
export function findSettlement(due: DuePayment): Promise<X402Search> {
  const { payer, payTo, searchFrom: fromBlock } = due
  if (due.scheme === 'exact') {
    return findExactSettlement({ payer, payTo, fromBlock, nonce: due.nonce as `0x${string}` })
  }
  return findUptoSettlement({
    payer,
    payTo,
    fromBlock,
    nonce: BigInt(due.nonce),
    permitWords: uptoPermitWords(due),
  })
}
