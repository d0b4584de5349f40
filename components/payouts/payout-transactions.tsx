'use client'

import type { PayoutDetailView, PayoutTransactionView } from '@/domain/payout-console'
import { LocalTime } from '../activity/local-time'
import { TxLink } from '../address/tx-link'
import { Card, CardBody, CardHeader } from '../ui/card'

const WORDS: Record<PayoutTransactionView['status'], string> = {
  prepared: 'Signed by the relayer, not sent yet',
  sent: 'Sent, waiting for a block',
  mined: 'In a block',
  replaced: 'Replaced by one with a higher fee',
  dropped: 'Given up; its place was taken',
}

/** Every transaction that ever carried it, and the one that paid it, whoever sent that. */
export function PayoutTransactions({
  payout: { transactions, txHash, status, takenBack },
}: {
  payout: PayoutDetailView
}) {
  const isPaid = status === 'confirmed' && takenBack === null
  const isForeign = txHash !== null && isPaid && !transactions.some(({ hash }) => hash === txHash)
  if (transactions.length === 0 && txHash === null) return null
  return (
    <Card aria-labelledby="transactions-heading">
      <CardHeader
        id="transactions-heading"
        title="Transactions"
        description="All carry the same authorization, so that it is paid once at most."
      />
      <CardBody>
        <ul className="grid gap-3">
          {transactions.map((transaction) => (
            <li key={transaction.hash} className="grid gap-0.5">
              <span className="flex flex-wrap items-center gap-x-2">
                <TxLink hash={transaction.hash} />
                {transaction.hash === txHash && isPaid ? (
                  <span className="text-[0.8125rem] font-medium text-positive">Paid it</span>
                ) : null}
              </span>
              <span className="flex flex-wrap gap-x-2 text-[0.8125rem] text-ink-muted">
                {WORDS[transaction.status]}
                {transaction.blockNumber ? ` ${transaction.blockNumber}` : null}
                {transaction.carries > 1 ? `, with ${moreWords(transaction.carries - 1)}` : null}
                <LocalTime at={transaction.at} className="figures" />
              </span>
            </li>
          ))}
          {txHash !== null && (isForeign || transactions.length === 0) ? (
            <li className="grid gap-0.5">
              <TxLink hash={txHash} />
              {isForeign ? (
                <span className="text-[0.8125rem] text-ink-muted">
                  Sent by somebody else who saw the authorization. It was paid once, as authorized.
                </span>
              ) : null}
            </li>
          ) : null}
        </ul>
      </CardBody>
    </Card>
  )
}

function moreWords(count: number): string {
  return count === 1 ? 'one more payout' : `${count} more payouts`
}
