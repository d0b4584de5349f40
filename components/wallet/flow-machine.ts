import * as z from 'zod'

const hash = z.string().regex(/^0x[0-9a-f]{64}$/) as unknown as z.ZodType<`0x${string}`>
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/) as unknown as z.ZodType<`0x${string}`>
const digits = z.string().regex(/^\d+$/)

const FLOW_PROBLEMS = [
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
export type SignedAuthorization = z.infer<typeof signedAuthorization>

/** Where one step stands. What carries a hash, an id or a signature is enough to go on after a reload without sending. */
const stageSchema = z.discriminatedUnion('stage', [
  z.object({ stage: z.literal('waiting') }),
  /** The wallet is open. The account's next nonce and the head before it opened tell later whether something was sent. */
  z.object({ stage: z.literal('signing'), nonce: z.number().int(), block: digits }),
  /** A gasless deposit that is signed and not yet taken by the server. */
  z.object({ stage: z.literal('signed'), authorization: signedAuthorization }),
  z.object({ stage: z.literal('relaying'), authorizationId: z.string(), hash: hash.nullable() }),
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
  }),
  z.object({ stage: z.literal('done'), hash: hash.nullable() }),
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

const STEP_IDS = ['approve', 'deposit', 'batch', 'authorize', 'withdraw'] as const
export type StepId = (typeof STEP_IDS)[number]

export const flowSchema = z.object({
  version: z.literal(1),
  kind: z.enum(['top-up', 'withdraw']),
  chainId: z.number().int(),
  wallet: address,
  settlement: address,
  /** Atomic units of USDC as decimal digits. */
  amount: digits,
  approval: z.enum(['unlimited', 'exact']),
  steps: z.array(z.object({ id: z.enum(STEP_IDS), state: stageSchema })).min(1),
})
export type Flow = z.infer<typeof flowSchema>

/** Which stage may follow which. `done` is final, and nothing that was sent goes back to `waiting` by itself. */
const NEXT: Record<StageName, readonly StageName[]> = {
  waiting: ['signing', 'reverted', 'failed', 'done'],
  signing: [
    'signing',
    'signed',
    'batch-sent',
    'sent',
    'in-block',
    'done',
    'rejected',
    'interrupted',
    'reverted',
    'failed',
  ],
  signed: ['relaying', 'reverted', 'failed'],
  relaying: ['relaying', 'done', 'reverted'],
  'batch-sent': ['sent', 'in-block', 'done', 'reverted', 'failed'],
  sent: ['sent', 'in-block', 'done', 'reverted', 'cancelled', 'superseded', 'dropped'],
  // Back to `sent` when a reorganisation takes the block away.
  'in-block': ['in-block', 'sent', 'done', 'reverted', 'cancelled', 'superseded', 'dropped'],
  // The network may find a forgotten transaction again.
  dropped: ['waiting', 'sent', 'in-block', 'done', 'reverted', 'cancelled', 'superseded'],
  done: [],
  rejected: ['waiting'],
  interrupted: ['waiting'],
  reverted: ['waiting'],
  cancelled: ['waiting'],
  superseded: ['waiting'],
  failed: ['waiting', 'signed'],
}

/** The flow with the current step at its next stage. Throws on a step back that would send twice. */
export function advance(flow: Flow, next: StepStage): Flow {
  const index = currentIndex(flow)
  const step = flow.steps[index]
  if (!step) throw new Error(`the ${flow.kind} is finished; it cannot become ${next.stage}`)
  if (!NEXT[step.state.stage].includes(next.stage)) {
    throw new Error(`${step.id} is ${step.state.stage}; it cannot become ${next.stage}`)
  }
  return { ...flow, steps: flow.steps.with(index, { ...step, state: next }) }
}

/** The first step that is not done; -1 when all are. */
export function currentIndex(flow: Flow): number {
  return flow.steps.findIndex(({ state }) => state.stage !== 'done')
}

export function isFinished(flow: Flow): boolean {
  return currentIndex(flow) === -1
}

const UNDER_WAY: readonly StageName[] = ['signing', 'signed', 'relaying', 'batch-sent', 'sent', 'in-block']
const STOPPED: readonly StageName[] = [
  'rejected',
  'interrupted',
  'reverted',
  'cancelled',
  'superseded',
  'dropped',
  'failed',
]

/** Whether something is awaited: the wallet, a block, a confirmation. */
export function isUnderWay(flow: Flow): boolean {
  const step = flow.steps[currentIndex(flow)]
  return step !== undefined && UNDER_WAY.includes(step.state.stage)
}

/** Whether the current step ended without success and a person decides what now. */
export function isStopped(flow: Flow): boolean {
  const step = flow.steps[currentIndex(flow)]
  return step !== undefined && STOPPED.includes(step.state.stage)
}

/** Sets the stopped step back so that a person's press can send it anew. */
export function retry(flow: Flow): Flow {
  return isStopped(flow) ? advance(flow, { stage: 'waiting' }) : flow
}
