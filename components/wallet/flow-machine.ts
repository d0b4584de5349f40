import type { Flow, StageName, StepStage } from './flow-schema'

/** Which stage may follow which. `done` is final, and nothing that was sent goes back to `waiting` by itself. */
const NEXT: Record<StageName, readonly StageName[]> = {
  waiting: ['signing', 'reverted', 'failed', 'done'],
  signing: [
    'signing',
    'signed',
    'batch-sent',
    'paying',
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
  paying: ['paying', 'done', 'reverted'],
  sent: ['sent', 'in-block', 'done', 'reverted', 'cancelled', 'superseded', 'dropped', 'unclaimed'],
  // Back to `sent` when a reorganisation takes the block away.
  'in-block': ['in-block', 'sent', 'done', 'reverted', 'cancelled', 'superseded', 'dropped', 'unclaimed'],
  // Asked for again as what it is: nothing leads from here to the wallet.
  unclaimed: ['in-block'],
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

const UNDER_WAY: readonly StageName[] = [
  'signing',
  'signed',
  'relaying',
  'batch-sent',
  'paying',
  'sent',
  'in-block',
]
const STOPPED: readonly StageName[] = [
  'rejected',
  'interrupted',
  'reverted',
  'cancelled',
  'superseded',
  'dropped',
  'failed',
  'unclaimed',
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

/** Sets the stopped step back so that a person's press can send it anew; what was sent and not credited is only claimed anew. */
export function retry(flow: Flow): Flow {
  if (!isStopped(flow)) return flow
  const state = flow.steps[currentIndex(flow)]?.state
  if (state?.stage !== 'unclaimed') return advance(flow, { stage: 'waiting' })
  const { hash, nonce, block, sentAt, confirmations } = state
  return advance(flow, { stage: 'in-block', hash, nonce, block, sentAt, confirmations })
}
