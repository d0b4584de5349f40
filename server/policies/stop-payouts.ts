import type { PolicyView } from '@/domain/policy'
import type { Actor } from '@/server/audit'
import { getPolicy } from './get-policy'
import { endStoppedRows, stopRow } from './policy-repository'

// One transaction of this many is over within a second, so that nobody waits long for the mandates it locks.
const BATCH = 500

/**
 * Stops all payouts of a workspace. The switch itself is one short commit: from then on nothing is created, signed or sent.
 * Then whatever is not signed yet is ended as `killed`; should that be cut off, a repeat and the resume finish it.
 * Idempotent: the first stop counts. `ended` is how many payouts this call ended.
 */
export async function stopPayouts({
  workspaceId,
  actor,
  note = null,
}: {
  workspaceId: string
  actor: Actor
  note?: string | null | undefined
}): Promise<PolicyView & { ended: number }> {
  await stopRow({ workspaceId, actor: actor.address, note: note || null, requestId: actor.requestId })
  let ended = 0
  for (;;) {
    const count = await endStoppedRows({ workspaceId, limit: BATCH })
    if (count === 0) break
    ended += count
  }
  return { ...(await getPolicy({ workspaceId })), ended }
}
