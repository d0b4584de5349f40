import * as z from 'zod'
import { EVENT_CONFIRMATIONS } from './networks'
import { workspaceIdSchema } from './workspace-id'

/** The smallest transfer that is credited: 1 USDC. */
export const MIN_DEPOSIT_ATOMIC = 1_000_000n
/** Above this, 100 USDC in one transaction, a second endpoint must show the same transfers. */
export const SECOND_ENDPOINT_ABOVE_ATOMIC = 100_000_000n
export const DEPOSIT_CONFIRMATIONS = EVENT_CONFIRMATIONS

export const DEPOSIT_STATUSES = [
  'pending',
  'credited',
  'reversed',
  'unattributed',
  'returned',
  'x402',
] as const
export type DepositStatus = (typeof DEPOSIT_STATUSES)[number]

const usdString = z.string().regex(/^\d+(?:\.\d{1,6})?$/)
const atomicString = z.string().regex(/^\d+$/)
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/)
const hash = z.string().regex(/^0x[0-9a-f]{64}$/)
const agentId = z.string().regex(/^agt_[0-9a-f]{32}$/, 'Must be an agent id.')

/** `GET /api/v1/balance/deposit/receive-address` */
export const receiveAddressView = z.strictObject({
  receive_address: address,
  chain_id: z.number().int(),
  asset_address: address,
  min_usd: usdString,
  confirmations_required: z.number().int(),
  /** The wallets whose transfers are credited to this agent. */
  linked_wallets: z.array(address),
})
export type ReceiveAddressView = z.infer<typeof receiveAddressView>

const txHash = z
  .string()
  .regex(/^0[xX][0-9a-fA-F]{64}$/, 'Must be a transaction hash: 0x and 64 hex digits.')
  .transform((text) => text.toLowerCase() as `0x${string}`)
const chainId = z.int().min(1)

/** `POST /api/v1/balance/deposit/claim` */
export const claimInput = z.strictObject({ tx_hash: txHash, chain_id: chainId })
/** The same from the console, for an agent of the person's workspace. */
export const claimForAgentInput = z.strictObject({
  txHash,
  chainId,
  agentId,
  workspaceId: workspaceIdSchema.optional(),
})
export const depositsOfAgentInput = z.strictObject({ agentId, workspaceId: workspaceIdSchema.optional() })

/** One credited transfer. It never changes. */
const claimedDeposit = z.strictObject({
  deposit_id: z.uuid(),
  log_index: z.number().int(),
  sender: address,
  amount_usd: usdString,
  amount_atomic: atomicString,
  credited_at: z.iso.datetime(),
})

/** A claim's answer: the first transfer's id and sender, the sum of all of this agent's in the transaction. */
export const claimView = z.strictObject({
  deposit_id: z.uuid(),
  tx_hash: hash,
  chain_id: z.number().int(),
  sender: address,
  amount_usd: usdString,
  amount_atomic: atomicString,
  credited_at: z.iso.datetime(),
  /** The agent's balance right after the newest of these credits. */
  virtual_balance_usd: usdString,
  deposits: z.array(claimedDeposit),
})
export type ClaimView = z.infer<typeof claimView>

/** A deposit as the console shows it; amounts in atomic units. */
export const depositView = z.strictObject({
  depositId: z.uuid(),
  chainId: z.number().int(),
  txHash: hash,
  logIndex: z.number().int(),
  sender: address,
  amount: atomicString,
  status: z.enum(DEPOSIT_STATUSES),
  agentId: z.string().nullable(),
  /** Null while no block has it. */
  blockNumber: z.string().regex(/^\d+$/).nullable(),
  /** As counted at the block read last; null while no block has it. */
  confirmations: z.number().int().nullable(),
  confirmationsRequired: z.number().int(),
  creditedAt: z.iso.datetime().nullable(),
  balanceAfter: atomicString.nullable(),
  createdAt: z.iso.datetime(),
})
export type DepositView = z.infer<typeof depositView>

/** `/instance`: a transfer that belongs to nobody yet. */
export const unattributedDepositView = z.strictObject({
  depositId: z.uuid(),
  txHash: hash,
  sender: address,
  amount: atomicString,
  /** Why nobody has it. */
  reason: z.enum(['no_agent', 'several_agents', 'below_minimum', 'x402']),
  /** Agents that the sender is linked to, and those that may be chosen are these or any other. */
  linkedAgents: z.array(z.strictObject({ agentId: z.string(), name: z.string() })),
  blockTime: z.iso.datetime().nullable(),
})
export type UnattributedDepositView = z.infer<typeof unattributedDepositView>

export const attributeDepositInput = z.strictObject({ depositId: z.uuid(), agentId })
