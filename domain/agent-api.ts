// What agents send and are answered over REST; the documented endpoints keep their snake_case.
import * as z from 'zod'
import { addressSchema } from './address-schema'
import { agentIdSchema } from './agent'
import { atomicString } from './atomic'
import { signatureSchema } from './signature'
import { HIDDEN_DESCRIPTION, HIDDEN_MESSAGE, VISIBLE_LINE } from './visible-text'
import { nameSchema } from './workspace'

const checksummedAddress = z.string().regex(/^0x[0-9a-fA-F]{40}$/)
const time = z.iso.datetime()
const usdString = z.string().regex(/^-?\d+(\.\d{1,6})?$/)

const clientInfo = z
  .string()
  .trim()
  .max(500, 'Must be at most 500 characters.')
  .regex(VISIBLE_LINE, HIDDEN_MESSAGE)
  .describe(HIDDEN_DESCRIPTION)

/** `email` is what older clients send; it is not kept. */
export const registerAgentInput = z.strictObject({
  agent_name: nameSchema,
  client_info: clientInfo.optional(),
  email: z.string().max(320).optional(),
})
export const registeredAgentView = z.strictObject({
  agent_id: agentIdSchema,
  /** The secret, answered once. */
  token: z.string(),
  jwt: z.string(),
  authorizationUrl: z.string(),
  /** The link page shows the same six characters. */
  user_code: z.string().length(6),
})

export const refreshAgentInput = z.strictObject({ agent_id: agentIdSchema, token: z.string().max(200) })
export const refreshedAgentView = z.strictObject({ jwt: z.string() })

export const WALLET_NONCE_PURPOSES = ['register', 'link'] as const
export type WalletNoncePurpose = (typeof WALLET_NONCE_PURPOSES)[number]
/** `allowance_usd` is what older clients send; it allows nothing. */
export const walletNonceInput = z.strictObject({
  address: addressSchema,
  allowance_usd: z.union([z.string().max(40), z.number()]).optional(),
  purpose: z.enum(WALLET_NONCE_PURPOSES).default('register'),
})
export const walletNonceView = z.strictObject({
  siwe_message: z.string(),
  nonce: z.string(),
  expires_at: time,
})

const signedMessage = { message: z.string().min(1).max(4096), signature: signatureSchema }
export const walletRegisterInput = z.strictObject({ ...signedMessage, agent_name: nameSchema.optional() })
export const walletRegisteredView = z.strictObject({
  agent_id: agentIdSchema,
  /** The secret, answered once. */
  bearer: z.string(),
  wallet_address: checksummedAddress,
  workspace_id: z.uuid(),
})

export const walletLinkInput = z.strictObject(signedMessage)
export const linkedWalletView = z.strictObject({ address: checksummedAddress, linked_at: time })

export const agentSelfView = z.strictObject({
  agent_id: agentIdSchema,
  name: z.string(),
  /** Null until a person links the agent; `authorizationUrl` says where. */
  workspace_id: z.uuid().nullable(),
  authorizationUrl: z.string().nullable(),
  wallets: z.array(linkedWalletView),
  monthly_limit_atomic: atomicString.nullable(),
  spent_this_month_atomic: atomicString,
  expires_at: time.nullable(),
  created_at: time,
})
export type AgentSelfView = z.infer<typeof agentSelfView>

export const agentBalanceView = z.strictObject({
  virtual_balance_usd: usdString,
  virtual_balance_atomic: atomicString,
  updated_at: time,
})
export type AgentBalanceView = z.infer<typeof agentBalanceView>

export const rotatedTokenView = z.strictObject({
  agent_id: agentIdSchema,
  /** The secret, answered once. */
  token: z.string(),
  /** Until then the former token works too. */
  previous_expires_at: time,
})

/** `GET /api/v1/me` for a bearer. */
export const agentMeView = z.strictObject({
  agentId: agentIdSchema,
  name: z.string(),
  authorizationUrl: z.string().nullable(),
  workspaces: z.array(z.strictObject({ id: z.uuid(), slug: z.string(), name: z.string() })),
})

export const jwksView = z.strictObject({ keys: z.array(z.looseObject({ kid: z.string(), kty: z.string() })) })
