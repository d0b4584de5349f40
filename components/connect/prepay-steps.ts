import { formatUsdc } from '@/domain/money'
import type { Step, StepState } from '../ui/stepper'
import type { Flow, StepStage } from '../wallet/flow-schema'
import { stoppedWords } from '../wallet/flow-steps'

type PrepaySteps = {
  flow: Flow
  isRunning: boolean
  /** Until the confirmations are there, as far as one can tell. */
  secondsLeft: number
}

const WAITING = { stage: 'waiting' } as const
const DONE = { stage: 'done' } as const

/** A prepaid payment as a person follows it: wallet, block, confirmations, credit; or signature, relayer, credit. */
export function prepaySteps({ flow, isRunning, secondsLeft }: PrepaySteps): Step[] {
  const step = flow.steps[0]
  const state = step?.state ?? WAITING
  const amount = `${formatUsdc(BigInt(flow.amount))} USDC`
  const required = flow.prepay?.confirmationsRequired ?? 0
  if (step?.id === 'pay') {
    const [sign, relay] = payStates(state, isRunning)
    return [
      { id: 'sign', title: `Sign a payment of ${amount}`, state: sign },
      { id: 'relay', title: 'Sent by the console’s relayer', state: relay },
      { id: 'credit', title: 'Credited to the agent', state: WAITING },
    ]
  }
  const [wallet, block, confirmations, credit] = sendStates({ state, isRunning, required, secondsLeft })
  return [
    { id: 'send', title: `Send ${amount}`, state: wallet },
    { id: 'block', title: 'In a block', state: block },
    { id: 'confirmations', title: `${required} confirmations`, state: confirmations },
    { id: 'credit', title: 'Credited to the agent', state: credit },
  ]
}

type SendStates = [wallet: StepState, block: StepState, confirmations: StepState, credit: StepState]

function sendStates({
  state,
  isRunning,
  required,
  secondsLeft,
}: {
  state: StepStage
  isRunning: boolean
  required: number
  secondsLeft: number
}): SendStates {
  switch (state.stage) {
    case 'sent':
      return [DONE, { stage: 'sent' }, WAITING, WAITING]
    case 'in-block':
      return state.confirmations < required
        ? [
            DONE,
            DONE,
            { stage: 'in-block', confirmations: state.confirmations, required, secondsLeft },
            WAITING,
          ]
        : [DONE, DONE, DONE, { stage: 'working', words: creditWords(state.awaiting) }]
    case 'unclaimed': {
      const counted: StepState =
        state.confirmations < required
          ? { stage: 'skipped', why: `${state.confirmations} of ${required} when the claim was refused` }
          : DONE
      return [DONE, DONE, counted, { stage: 'failed', why: state.words }]
    }
    case 'cancelled':
    case 'superseded':
    case 'dropped':
      return [DONE, { stage: 'failed', why: stoppedWords(state) }, WAITING, WAITING]
    case 'reverted':
      // Without a hash it was refused before anything was sent.
      return state.hash
        ? [DONE, { stage: 'failed', why: state.words }, WAITING, WAITING]
        : [{ stage: 'failed', why: state.words }, WAITING, WAITING, WAITING]
    default:
      return [walletState(state, isRunning), WAITING, WAITING, WAITING]
  }
}

function payStates(state: StepStage, isRunning: boolean): [sign: StepState, relay: StepState] {
  if (state.stage === 'paying') {
    const words = state.topUpId
      ? 'Taken in. The relayer sends it and waits for its block'
      : 'Handing in the signed payment'
    return [DONE, { stage: 'working', words }]
  }
  if (state.stage === 'reverted') return [DONE, { stage: 'failed', why: state.words }]
  return [walletState(state, isRunning), WAITING]
}

function walletState(state: StepStage, isRunning: boolean): StepState {
  switch (state.stage) {
    case 'waiting':
      return isRunning ? { stage: 'working', words: 'Preparing what your wallet will ask' } : WAITING
    case 'signing':
      return { stage: 'confirm-in-wallet' }
    case 'rejected':
      return { stage: 'rejected' }
    default:
      return { stage: 'failed', why: stoppedWords(state) }
  }
}

function creditWords(awaiting: string | undefined): string {
  return awaiting === 'second_rpc'
    ? 'Confirmed. A second, independent node is asked before a credit this large'
    : 'Confirmed. Asking for the credit'
}
