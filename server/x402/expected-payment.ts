import type { AgentCaller } from '@/server/agents'

/** The call or charge that a payment pays for; booked as a row of `charges` with source `x402`. */
export type PaidCharge = {
  /** The agent that pays, by a live token. */
  agent: Pick<AgentCaller, 'agentId' | 'tokenId'>
  earnerWorkspaceId: string
  reference: string
  description?: string | undefined
  apiId?: string | undefined
  idempotencyKey: string | null
  requestHash: Buffer | null
  /** Given back to the agent's balance unless it is served within these seconds. */
  servingSeconds?: number | undefined
}

export type ExpectedPayment = {
  /** Micro USDC, exactly. */
  amount: bigint
  /** As in the 402 that was answered for it. */
  resourceUrl: string
} & (
  | { purpose: 'charge'; charge: PaidCharge }
  | { purpose: 'topup'; agent: Pick<AgentCaller, 'agentId' | 'tokenId'> | null }
)
