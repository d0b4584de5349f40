import type { MovedView } from '@/domain/balance'
import { formatUsdc } from '@/domain/money'
import type { Actor } from '@/server/audit'
import { AppError } from '@/server/core/app-error'
import { agentNotFound } from './assert-agent-of'
import { moveRow } from './balance-repository'

/**
 * Moves virtual balance (micro USDC) from one agent of a workspace to another, once per idempotency key; audited. The giving
 * agent may be revoked, so that its money has a way out. Throws `agent_not_found`, `idempotency_conflict`,
 * `balance_frozen`, `balance_insufficient`.
 */
export async function moveBalance({
  actor,
  ...move
}: {
  workspaceId: string
  fromAgentId: string
  toAgentId: string
  amount: bigint
  idempotencyKey: string
  actor: Actor
}): Promise<MovedView> {
  const row = await moveRow({ ...move, actor: actor.address, requestId: actor.requestId })
  switch (row.outcome) {
    case 'not_found':
      throw agentNotFound()
    case 'conflict':
      throw new AppError(
        'idempotency_conflict',
        'This idempotency key has moved something else; use a new one.',
      )
    case 'frozen':
      throw new AppError(
        'balance_frozen',
        'The agent owes what a reorganisation took back: its balance moves again when the next top-ups have repaid it.',
      )
    case 'insufficient':
      throw new AppError(
        'balance_insufficient',
        `The agent has ${formatUsdc(row.fromBalance)} USDC, less than the ${formatUsdc(move.amount)} USDC to move.`,
        { details: { available: row.fromBalance.toString(), required: move.amount.toString() } },
      )
    default:
      return { fromBalance: row.fromBalance.toString(), toBalance: row.toBalance.toString() }
  }
}
