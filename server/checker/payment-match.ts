import type { WalletSpend } from '@/server/chain'
import type { PaidPayout } from './snapshot-repository'

/** Whether a spend is what the payout promised, in whatever block. */
export function isPaymentOf(payout: PaidPayout, spend: WalletSpend): boolean {
  return (
    spend.nonce === payout.nonce &&
    spend.from === payout.from &&
    spend.to === payout.to &&
    spend.amount === payout.amount
  )
}

/** The same where the books say that it is. */
export function isRecordedPaymentOf(payout: PaidPayout, spend: WalletSpend): boolean {
  return (
    isPaymentOf(payout, spend) && spend.txHash === payout.txHash && spend.blockNumber === payout.blockNumber
  )
}
