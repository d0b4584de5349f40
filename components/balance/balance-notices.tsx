import type { BalanceView } from '@/domain/balance'
import { Amount } from '../money/amount'
import { Notice } from '../ui/notice'
import { RelativeTime } from '../ui/relative-time'

type BalanceNoticesProps = { balance: BalanceView; isOld: boolean }

/** The conditions that hold now and what to do about each. */
export function BalanceNotices({ balance, isOld }: BalanceNoticesProps) {
  const owes = BigInt(balance.owed) > 0n
  return (
    <>
      {isOld ? (
        <Notice tone="caution" title="This balance may be old">
          The console did not answer the last time it was asked; it tries again by itself.
        </Notice>
      ) : null}
      {owes ? (
        <Notice tone="danger" title="Frozen until it is repaid">
          The chain dropped a deposit that the agent had spent already. It owes{' '}
          <Amount value={balance.owed} />, which the next top-ups repay before anything else.
        </Notice>
      ) : null}
      {!owes && balance.isLow && balance.lowBalanceThreshold !== null ? (
        <Notice tone="caution" title="The balance is low">
          It is below <Amount value={balance.lowBalanceThreshold} />. Without enough of it, calls are answered
          with 402.
        </Notice>
      ) : null}
      {balance.revokedAt ? (
        <Notice title="This agent is revoked">
          It ended <RelativeTime at={balance.revokedAt} /> and can spend nothing. An owner can move what is
          left to another agent.
        </Notice>
      ) : null}
    </>
  )
}
