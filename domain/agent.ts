import * as z from 'zod'
import { amountAtomicSchema, atomicString } from './atomic'
import { nameSchema } from './workspace'

const checksummedAddress = z.string().regex(/^0x[0-9a-fA-F]{40}$/)

/** An agent's id: `agt_` and 128 random bits in hex. */
export const agentIdSchema = z
  .string()
  .regex(/^agt_[0-9a-f]{32}$/, 'Must be an agent id: agt_ and 32 hex digits.')

export const AGENT_STATUSES = ['active', 'expired', 'revoked'] as const
export type AgentStatus = (typeof AGENT_STATUSES)[number]

export const AGENT_ORIGINS = ['registered', 'wallet', 'console'] as const

const monthlyLimit = amountAtomicSchema
const expiresAt = z.iso.datetime({ offset: true }).transform((text, ctx) => {
  const date = new Date(text)
  if (date.getTime() > Date.now()) return date
  ctx.addIssue({ code: 'custom', message: 'Must be in the future.' })
  return z.NEVER
})

const agentLimits = {
  /** Micro USDC per calendar month (UTC). */
  monthlyLimit: monthlyLimit.optional(),
  expiresAt: expiresAt.optional(),
}

export const createAgentInput = z.strictObject({ name: nameSchema, ...agentLimits })
export const linkAgentInput = z.strictObject({ agentId: agentIdSchema, ...agentLimits })

/** What is left out stays; null takes the limit or the end away. */
export const updateAgentInput = z.strictObject({
  agentId: agentIdSchema,
  name: nameSchema.optional(),
  monthlyLimit: monthlyLimit.nullable().optional(),
  expiresAt: expiresAt.nullable().optional(),
})

export type AgentLimits = { monthlyLimit?: bigint | null | undefined; expiresAt?: Date | null | undefined }

const agentWalletView = z.strictObject({ address: checksummedAddress, linkedAt: z.iso.datetime() })

/** An agent as the people of its workspace see it; amounts in atomic units. */
export const agentView = z.strictObject({
  id: agentIdSchema,
  workspaceId: z.uuid(),
  name: z.string(),
  clientInfo: z.string().nullable(),
  origin: z.enum(AGENT_ORIGINS),
  status: z.enum(AGENT_STATUSES),
  /** What the agent can spend. */
  balance: atomicString,
  /** What it owes after a reorganisation; while above zero nothing can be spent. */
  owed: atomicString,
  monthlyLimit: atomicString.nullable(),
  /** In this calendar month (UTC). */
  spentThisMonth: atomicString,
  /** The first characters of the newest live token. */
  tokenPrefix: z.string().nullable(),
  wallets: z.array(agentWalletView),
  createdAt: z.iso.datetime(),
  linkedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  lastUsedAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
})
export type AgentView = z.infer<typeof agentView>

/** One agent with what it spent: by month (at most twelve) and by reference (the ten largest of the last 30 days). */
export const agentDetailsView = agentView.extend({
  spentTotal: atomicString,
  months: z.array(z.strictObject({ month: z.iso.date(), spent: atomicString })),
  references: z.array(
    z.strictObject({ reference: z.string(), spent: atomicString, charges: z.number().int() }),
  ),
})
export type AgentDetailsView = z.infer<typeof agentDetailsView>

/** A secret, answered once. */
export const mintedAgentView = z.strictObject({ agentId: agentIdSchema, token: z.string() })
export type MintedAgentView = z.infer<typeof mintedAgentView>

/** What the link page shows. `workspace` is null while the agent waits for a person. */
export const agentToLinkView = z.strictObject({
  agentId: agentIdSchema,
  name: z.string(),
  clientInfo: z.string().nullable(),
  userCode: z.string().nullable(),
  createdAt: z.iso.datetime(),
  workspace: z.strictObject({ id: z.uuid(), slug: z.string(), name: z.string() }).nullable(),
})
export type AgentToLinkView = z.infer<typeof agentToLinkView>
