import { outcomeOfSent } from './await-outcome'
import type { FlowPorts, PrepaidAnswer, PrepayDoor } from './flow-ports'
import type { Flow, StepStage } from './flow-schema'

type Mined = Extract<StepStage, { stage: 'in-block' }>
type Awaiting<State extends StepStage> = { flow: Flow; state: State; ports: FlowPorts }

/** Codes that pass by themselves: the console's node is behind ours, or the chain has taken the block back for now. */
const PASSING = new Set(['TX_NOT_FOUND', 'DEPOSIT_REVERSED', 'CONFIRMATIONS_PENDING'])
const ASK_AGAIN_SECONDS = 2

/**
 * Asks the chain where a prepaid deposit stands, and the console for its credit: at once when it is in a block, so that
 * the claim is kept even if this page is left, then when the console said to ask again or the last confirmation was seen.
 */
export async function outcomeOfPrepaid({
  flow,
  state,
  ports,
}: Awaiting<Extract<StepStage, { stage: 'sent' | 'in-block' }>>): Promise<StepStage> {
  const observed = await outcomeOfSent({ flow, step: 'send', state, ports })
  if (observed.stage !== 'in-block') return observed
  const known = state.stage === 'in-block' ? state : null
  const mined: Mined = {
    ...observed,
    ...(known?.nextClaimAt !== undefined && { nextClaimAt: known.nextClaimAt }),
    ...(known?.awaiting !== undefined && { awaiting: known.awaiting }),
  }
  const required = flow.prepay?.confirmationsRequired ?? 0
  const isComplete = mined.confirmations >= required && (known?.confirmations ?? 0) < required
  const isDue = mined.nextClaimAt === undefined || Date.now() >= mined.nextClaimAt
  if (!isDue && !isComplete) return mined
  return stageOfClaim(mined, await doorOf(ports).claim(mined.hash))
}

function stageOfClaim(mined: Mined, answer: PrepaidAnswer): StepStage {
  const { nextClaimAt: _, awaiting: __, ...plain } = mined
  switch (answer.kind) {
    case 'credited':
      return { stage: 'done', hash: mined.hash, credit: answer.credit }
    case 'pending':
      return {
        ...plain,
        confirmations: Math.max(mined.confirmations, answer.confirmations ?? 0),
        nextClaimAt: Date.now() + answer.retryAfterSeconds * 1000,
        ...(answer.awaiting !== null && { awaiting: answer.awaiting }),
      }
    case 'settling':
      return { ...plain, nextClaimAt: Date.now() + ASK_AGAIN_SECONDS * 1000 }
    case 'refused':
      return PASSING.has(answer.code)
        ? { ...plain, nextClaimAt: Date.now() + ASK_AGAIN_SECONDS * 1000 }
        : { ...plain, stage: 'unclaimed', code: answer.code, words: answer.words }
  }
}

/** Hands in a signed payment, again and again as it is, until the console says what became of it. */
export async function outcomeOfPayment({
  flow,
  state,
  ports,
}: Awaiting<Extract<StepStage, { stage: 'paying' }>>): Promise<StepStage> {
  const answer = await doorOf(ports).pay({ amount: BigInt(flow.amount), header: state.header })
  switch (answer.kind) {
    case 'credited':
      return { stage: 'done', hash: answer.hash, credit: answer.credit }
    case 'settling':
      return { ...state, topUpId: answer.topUpId }
    case 'pending':
      return state
    case 'refused':
      return { stage: 'reverted', hash: null, code: answer.code, words: answer.words }
  }
}

function doorOf({ prepay }: FlowPorts): PrepayDoor {
  if (!prepay) throw new Error('this flow has nowhere to claim')
  return prepay
}
