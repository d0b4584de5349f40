import { checksummed } from '@/domain/address'
import type { RefundTargetsView } from '@/domain/withdrawal'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import { selectRefundTargets } from './withdrawal-repository'

/** An agent's balance in atomic units and the wallets that it can go back to. Throws `not_found`. */
export async function listRefundTargets({
  workspaceId,
  agentId,
}: {
  workspaceId: string
  agentId: string
}): Promise<RefundTargetsView> {
  const rows = await selectRefundTargets({ workspaceId, agentId, chainId: env().NETWORK.chainId })
  const [first] = rows
  if (!first) throw new AppError('not_found', 'There is no such agent in this workspace.')
  return {
    balance: first.balance.toString(),
    owed: first.owed.toString(),
    targets: rows.flatMap(({ address, paid, last_at }) =>
      address && paid !== null && last_at
        ? [{ address: checksummed(address), paid: paid.toString(), lastPaidAt: last_at.toISOString() }]
        : [],
    ),
  }
}
