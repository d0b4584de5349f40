import { enqueueCharge } from './charge-queue'
import type { ChargeOutcome } from './charge-repository'

export type Charge = {
  agentId: string
  /** The token that the caller showed: the statement checks that it and its agent are live. */
  tokenId: string
  /** Micro USDC, above zero. */
  amount: bigint
  reference: string
  description?: string | undefined
  earnerWorkspaceId: string
  apiId?: string | undefined
  /** Made by `routeKey`, since a key counts per agent and route; null charges every time. */
  idempotencyKey: string | null
  /** SHA-256 of what must be the same for a repeat to be one. */
  requestHash: Buffer | null
  /** Given back by the worker unless `markServed` is called within these seconds; omitted, the charge stands at once. */
  servingSeconds?: number | undefined
}

/**
 * Debits an agent's virtual balance in favour of the workspace that earns it, once per idempotency key, in one round trip
 *. Answers what became of it; a refusal has stored nothing.
 */
export function chargeAgent(charge: Charge): Promise<ChargeOutcome> {
  const { agentId, description, apiId, servingSeconds, ...row } = charge
  return enqueueCharge(agentId, {
    ...row,
    description: description ?? null,
    apiId: apiId ?? null,
    servingSeconds: servingSeconds ?? null,
  })
}

/** An idempotency key as it is stored: the same one on another route is another. */
export function routeKey({ route, key }: { route: string; key: string }): string {
  return `${route} ${key}`
}
