import * as z from 'zod'

const hash = z.string().regex(/^0x[0-9a-f]{64}$/) as unknown as z.ZodType<`0x${string}`>
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/) as unknown as z.ZodType<`0x${string}`>
const digits = z.string().regex(/^\d+$/)

export const FLOW_PROBLEMS = [
  'rpc-down',
  'no-gas',
  'no-usdc',
  'wrong-network',
  'wrong-account',
  'allowance-lowered',
  'server',
  'wallet',
] as const
const signedAuthorization = z.object({
  value: digits,
  validAfter: digits,
  validBefore: digits,
  nonce: hash,
  signature: z.string().regex(/^0x[0-9a-fA-F]+$/),
})
const credit = z.object({
  amount: digits,
  /** What the agent's balance held right after the credit. */
  balance: digits,
})
/** What a prepaid payment brought an agent, in atomic units. */
export type PrepaidCredit = z.infer<typeof credit>
export type SignedAuthorization = z.infer<typeof signedAuthorization>

/** Where one step stands. What carries a hash, an id or a signature is enough to go on after a reload without sending. */
const stageSchema = z.discriminatedUnion('stage', [
  z.object({ stage: z.literal('waiting') }),
  /** The wallet is open. The account's next nonce and the head before it opened tell later whether something was sent. */
  z.object({ stage: z.literal('signing'), nonce: z.number().int(), block: digits }),
  /** A gasless deposit that is signed and not yet taken by the server. */
  z.object({ stage: z.literal('signed'), authorization: signedAuthorization }),
  z.object({
    stage: z.literal('relaying'),
    authorizationId: z.string(),
    hash: hash.nullable(),
    /** Why the relayer does not send it just now. */
    waitingFor: z.string().nullable().default(null),
  }),
  z.object({ stage: z.literal('batch-sent'), callsId: z.string(), block: digits }),
  z.object({
    stage: z.literal('sent'),
    hash,
    /** Null where the sender is not the account itself: a smart account's bundler. */
    nonce: z.number().int().nullable(),
    block: digits,
    sentAt: z.number(),
  }),
  z.object({
    stage: z.literal('in-block'),
    hash,
    nonce: z.number().int().nullable(),
    block: digits,
    sentAt: z.number(),
    confirmations: z.number().int(),
    /** A prepaid deposit: not asked for before this time, in milliseconds since 1970. */
    nextClaimAt: z.number().optional(),
    /** A prepaid deposit: what the credit waits for beside confirmations. */
    awaiting: z.string().optional(),
  }),
  /** A prepaid payment that is signed: the header is stored before it is first sent, and sent again as it is. */
  z.object({ stage: z.literal('paying'), header: z.string(), topUpId: z.string().nullable() }),
  z.object({ stage: z.literal('done'), hash: hash.nullable(), credit: credit.optional() }),
  /** A prepaid deposit that is on the chain and was not credited: the money moved, and claiming again is safe. */
  z.object({
    stage: z.literal('unclaimed'),
    hash,
    nonce: z.number().int().nullable(),
    block: digits,
    sentAt: z.number(),
    confirmations: z.number().int(),
    code: z.string(),
    words: z.string(),
  }),
  z.object({ stage: z.literal('rejected') }),
  /** The page was reloaded while the wallet was open, and the chain shows no transaction of it. */
  z.object({ stage: z.literal('interrupted') }),
  z.object({ stage: z.literal('reverted'), hash: hash.nullable(), code: z.string(), words: z.string() }),
  z.object({ stage: z.literal('cancelled'), hash, by: hash }),
  z.object({ stage: z.literal('superseded'), hash, by: hash.nullable() }),
  z.object({
    stage: z.literal('dropped'),
    hash,
    nonce: z.number().int().nullable(),
    block: digits,
    sentAt: z.number(),
  }),
  z.object({ stage: z.literal('failed'), problem: z.enum(FLOW_PROBLEMS), words: z.string() }),
])
export type StepStage = z.infer<typeof stageSchema>
export type StageName = StepStage['stage']

export const STEP_IDS = [
  'approve',
  'deposit',
  'batch',
  'authorize',
  'withdraw',
  'send',
  'pay',
  'transfer',
] as const
export type StepId = (typeof STEP_IDS)[number]

export const flowSchema = z.object({
  version: z.literal(1),
  kind: z.enum(['top-up', 'withdraw', 'prepay', 'fund']),
  chainId: z.number().int(),
  wallet: address,
  settlement: address,
  /** Atomic units of USDC as decimal digits. */
  amount: digits,
  approval: z.enum(['unlimited', 'exact']),
  /** Of a prepaid payment: whose balance it fills and where it goes. */
  prepay: z
    .object({ agentId: z.string(), receiveAddress: address, confirmationsRequired: z.number().int() })
    .optional(),
  /** Of a transfer to the payout wallet: its address. */
  fund: z.object({ to: address }).optional(),
  steps: z.array(z.object({ id: z.enum(STEP_IDS), state: stageSchema })).min(1),
})
export type Flow = z.infer<typeof flowSchema>
