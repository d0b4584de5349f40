import type { WithdrawalView } from '@/domain/withdrawal'
import type { Actor } from '@/server/audit'
import { paySource } from './pay-source'
import { insufficient, notOwner, otherRequest } from './refusals'
import { insertRevenueWithdrawal } from './withdrawal-repository'
import { buildWithdrawalView } from './withdrawal-view'

type RevenueWithdrawal = {
  workspaceId: string
  /** Atomic units. */
  amount: bigint
  actor: Actor
  idempotencyKey: string
}

/**
 * Takes earned revenue and sends it, by the worker, to the workspace's wallet. For an OWNER, who is asked for again in the
 * statement; the same key answers the first result. Throws `feature_disabled`, `not_authorized`, `balance_insufficient`,
 * `idempotency_conflict`.
 */
export async function requestRevenueWithdrawal(withdrawal: RevenueWithdrawal): Promise<WithdrawalView> {
  const { outcome, available, row } = await insertRevenueWithdrawal({ ...withdrawal, ...paySource() })
  if (outcome === 'not_owner') throw notOwner()
  if (outcome === 'conflict') throw otherRequest()
  if (outcome === 'insufficient') {
    throw insufficient({ what: "The workspace's revenue", available, amount: withdrawal.amount })
  }
  return buildWithdrawalView(row)
}
