import { checksummed, parseAddress } from '@/domain/address'
import type { OpenPayoutsView, PolicyView } from '@/domain/policy'
import { findPolicy, type OpenRow, type PolicyRow, selectOpen } from './policy-repository'

/** What a workspace's people decided about its payouts. */
export async function getPolicy({ workspaceId }: { workspaceId: string }): Promise<PolicyView> {
  return buildPolicyView(await findPolicy({ workspaceId }))
}

export function buildPolicyView({ twoApproversFrom, killedAt, killedBy, killNote }: PolicyRow): PolicyView {
  return {
    twoApproversFrom: twoApproversFrom?.toString() ?? null,
    stopped:
      killedAt && killedBy ? { at: killedAt.toISOString(), by: shownAs(killedBy), note: killNote } : null,
  }
}

/** A person's address, or the name of what stopped them by itself. */
function shownAs(actor: string): string {
  const address = parseAddress(actor)
  return address ? checksummed(address) : actor
}

/** What is under way, so that the kill switch can say in numbers what it ends. */
export async function getOpenPayouts({ workspaceId }: { workspaceId: string }): Promise<OpenPayoutsView> {
  const rows = await selectOpen({ workspaceId })
  const groupOf = (name: OpenRow['group']) => {
    const row = rows.find(({ group }) => group === name)
    return { count: row?.count ?? 0, amount: (row?.amount ?? 0n).toString() }
  }
  return { waiting: groupOf('waiting'), authorized: groupOf('authorized'), signed: groupOf('signed') }
}
