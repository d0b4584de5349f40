import type { MandateDetailsView } from '@/domain/mandate'
import type { Actor } from '@/server/audit'
import { getMandateDetails } from './get-mandate'
import { assertDone } from './refusals'
import { storeEnabled, storeRevocation } from './sign-repository'

type Change = { mandateId: string; workspaceId: string; actor: Actor }

/**
 * Turns a signed mandate on or off. Off, its payouts that nobody has begun to sign fail with `mandate_disabled`. Throws
 * `mandate_not_found`, `not_authorized`, `INVALID_STATE` with `state`.
 */
export async function setMandateEnabled({
  mandateId,
  workspaceId,
  actor,
  isEnabled,
}: Change & { isEnabled: boolean }): Promise<MandateDetailsView> {
  assertDone(await storeEnabled({ mandateId, actor, isEnabled }))
  return getMandateDetails({ mandateId, workspaceId })
}

/**
 * Ends a mandate for good; its payouts that nobody has begun to sign fail with `mandate_revoked`. Revoked already, it stays
 * as it was. Throws `mandate_not_found`, `not_authorized`.
 */
export async function revokeMandate({ mandateId, workspaceId, actor }: Change): Promise<MandateDetailsView> {
  assertDone(await storeRevocation({ mandateId, actor }))
  return getMandateDetails({ mandateId, workspaceId })
}
