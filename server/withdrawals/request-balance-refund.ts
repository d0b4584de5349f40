import { checksummed, type StoredAddress } from '@/domain/address'
import { formatUsdc } from '@/domain/money'
import type { WithdrawalView } from '@/domain/withdrawal'
import type { Actor } from '@/server/audit'
import { AppError } from '@/server/core/app-error'
import { paySource } from './pay-source'
import { insufficient, notOwner, otherRequest } from './refusals'
import { insertBalanceRefund, type RefundOutcome } from './withdrawal-repository'
import { buildWithdrawalView } from './withdrawal-view'

type BalanceRefund = {
  workspaceId: string
  agentId: string
  toAddress: StoredAddress
  /** Atomic units. */
  amount: bigint
  actor: Actor
  idempotencyKey: string
}

/**
 * Takes unspent balance from an agent and sends it, by the worker, to a wallet that paid for this balance. For an OWNER, who is
 * asked for again in the statement; the same key answers the first result. Throws `feature_disabled`, `not_authorized`,
 * `not_found`, `NOT_A_DEPOSITOR`, `balance_frozen`, `balance_insufficient`, `idempotency_conflict`.
 */
export async function requestBalanceRefund(refund: BalanceRefund): Promise<WithdrawalView> {
  const { outcome, available, row } = await insertBalanceRefund({ ...refund, ...paySource() })
  if (outcome !== 'requested' && outcome !== 'replayed') throw refusal(outcome, available, refund)
  return buildWithdrawalView(row)
}

function refusal(
  outcome: Exclude<RefundOutcome, 'requested' | 'replayed'>,
  available: bigint,
  { amount, toAddress }: BalanceRefund,
): AppError {
  switch (outcome) {
    case 'not_owner':
      return notOwner()
    case 'not_found':
      return new AppError('not_found', 'There is no such agent in this workspace.', { param: 'agentId' })
    case 'not_a_depositor':
      return new AppError(
        'NOT_A_DEPOSITOR',
        `${checksummed(toAddress)} has not paid for this agent's balance. It goes back only to a wallet that has.`,
        { param: 'toAddress' },
      )
    case 'frozen':
      return new AppError(
        'balance_frozen',
        `The agent owes ${formatUsdc(available)} USDC of a reversed deposit. Nothing is refunded until that is repaid.`,
        { details: { owed: available.toString() } },
      )
    case 'insufficient':
      return insufficient({ what: "The agent's balance", available, amount })
    case 'conflict':
      return otherRequest()
  }
}
