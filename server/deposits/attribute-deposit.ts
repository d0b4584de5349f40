import type { Actor } from '@/server/audit'
import { AppError } from '@/server/core/app-error'
import { attributeRow } from './unattributed-repository'

/**
 * Gives a transfer that belongs to nobody to an agent, whoever sent it and however little it is; the worker credits it within a
 * second once the chain shows it again. Throws `agent_not_found`, and `INVALID_STATE` when it is nobody's no longer.
 */
export async function attributeDeposit(wanted: {
  depositId: string
  agentId: string
  actor: Actor
}): Promise<{ depositId: string }> {
  const { outcome } = await attributeRow(wanted)
  if (outcome === 'no_agent') {
    throw new AppError('agent_not_found', 'There is no live agent with this id in a workspace.', {
      param: 'agentId',
    })
  }
  if (outcome === 'no_deposit') {
    throw new AppError(
      'INVALID_STATE',
      'This deposit is not unattributed any more: it was claimed, attributed or sent back meanwhile.',
    )
  }
  return { depositId: wanted.depositId }
}
