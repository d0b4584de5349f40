'use client'

import { formatUsdc } from '@/domain/money'
import { EVENT_CONFIRMATIONS } from '@/domain/networks'
import { TxLink } from '../address/tx-link'
import type { Step, StepState } from '../ui/stepper'
import { currentIndex } from './flow-machine'
import type { Flow, StepId, StepStage } from './flow-schema'
import { waitingWords } from './waiting-words'

/** The steps of a flow as the stepper shows them: acts, what they mean, where each stands, its transaction. */
export function stepsOf(flow: Flow, { isRunning }: { isRunning: boolean }): Step[] {
  const amount = `${formatUsdc(BigInt(flow.amount))} USDC`
  const current = currentIndex(flow)
  return flow.steps.map(({ id, state }, index) => ({
    id,
    title: titleOf(id, amount),
    description: descriptionOf(id, flow, amount),
    state: stepStateOf(state, isRunning && index === current, flow.prepay?.confirmationsRequired),
    aside: asideOf(state, !isRunning && index === current),
  }))
}

function titleOf(id: StepId, amount: string): string {
  return {
    approve: 'Allow the pool to take USDC',
    deposit: `Deposit ${amount}`,
    batch: `Allow the pool and deposit ${amount}`,
    authorize: `Sign a deposit of ${amount}`,
    withdraw: `Withdraw ${amount}`,
    send: `Send ${amount} to the receive address`,
    pay: `Sign a payment of ${amount}`,
    transfer: `Send ${amount} to the payout wallet`,
  }[id]
}

function descriptionOf(id: StepId, flow: Flow, amount: string): string {
  const allowed =
    flow.approval === 'unlimited'
      ? 'Once for all: later top ups need one confirmation.'
      : `Exactly ${amount}: the next top up asks again.`
  return {
    approve: allowed,
    deposit: 'Moves the USDC from the wallet into the pool.',
    batch: 'Your wallet does both in one transaction.',
    authorize: 'You sign and pay no gas; the console’s relayer sends the transaction.',
    withdraw: 'Moves the USDC from the pool back to the wallet.',
    send: 'One transfer. It is credited to the agent after its confirmations, even if you leave this page.',
    pay: 'You sign and pay no gas; the console’s relayer sends exactly this amount.',
    transfer: 'One transfer. It goes on even if you leave this page.',
  }[id]
}

function asideOf(state: StepStage, isOnPerson: boolean) {
  const hash = hashOf(state)
  if (hash) return <TxLink hash={hash} />
  return state.stage === 'waiting' && isOnPerson
    ? 'Press Continue, and your wallet asks for this.'
    : undefined
}

function stepStateOf(state: StepStage, isRunning: boolean, required = EVENT_CONFIRMATIONS): StepState {
  switch (state.stage) {
    case 'waiting':
      return isRunning
        ? { stage: 'working', words: 'Preparing what your wallet will ask' }
        : { stage: 'waiting' }
    case 'signing':
      return { stage: 'confirm-in-wallet' }
    case 'signed':
      return { stage: 'working', words: 'Signed. Handing it to the relayer' }
    case 'relaying':
      if (state.waitingFor) return { stage: 'working', words: waitingWords(state.waitingFor) }
      return state.hash
        ? { stage: 'working', words: 'Sent by the relayer, waiting for confirmations' }
        : { stage: 'working', words: 'Accepted. The relayer sends it within seconds' }
    case 'batch-sent':
    case 'sent':
      return { stage: 'sent' }
    case 'paying':
      return state.topUpId
        ? { stage: 'working', words: 'Accepted. The relayer sends it and waits for its block' }
        : { stage: 'working', words: 'Signed. Handing it in' }
    case 'in-block':
      return state.awaiting
        ? { stage: 'working', words: 'Confirmed. A second, independent node is asked before the credit' }
        : { stage: 'in-block', confirmations: state.confirmations, required }
    case 'done':
      return { stage: 'done' }
    case 'rejected':
      return { stage: 'rejected' }
    default:
      return { stage: 'failed', why: stoppedWords(state) }
  }
}

/** What happened to a step that stopped, whether money moved, and what to do now. */
export function stoppedWords(state: StepStage): string {
  switch (state.stage) {
    case 'rejected':
      return 'You declined in the wallet. Nothing was sent.'
    case 'interrupted':
      return 'The page was reloaded while the wallet was open. The chain shows no transaction, so nothing was sent. If the wallet still shows the request, decline it there, then go on here.'
    case 'reverted':
    case 'failed':
    case 'unclaimed':
      return state.words
    case 'cancelled':
      return 'Cancelled in the wallet: another transaction with the same number took its place. No USDC moved.'
    case 'superseded':
      return state.by
        ? 'Replaced: the wallet sent something else in its place. This step did not happen.'
        : 'Replaced: its number was used by another transaction of this wallet. This step did not happen.'
    case 'dropped':
      return 'Dropped: the network no longer knows this transaction. No USDC moved. Look again, or send it anew; both cannot count, because they share one number.'
    default:
      return ''
  }
}

function hashOf(state: StepStage): string | null {
  if (state.stage === 'cancelled' || state.stage === 'superseded') return state.by
  return 'hash' in state ? state.hash : null
}

/** One line for the panel while the dialog is closed. */
export function flowLine(flow: Flow): string {
  const amount = `${formatUsdc(BigInt(flow.amount))} USDC`
  const what = { 'top-up': 'Top up', withdraw: 'Withdrawal', prepay: 'Payment', fund: 'Funding' }[flow.kind]
  const index = currentIndex(flow)
  const state = flow.steps[index]?.state
  if (!state) return `${what} of ${amount}: done`
  const where = flow.steps.length > 1 ? `${index + 1} of ${flow.steps.length}, ` : ''
  return `${what} of ${amount}: ${where}${lineWords(state)}`
}

function lineWords(state: StepStage): string {
  switch (state.stage) {
    case 'waiting':
      return 'waiting for you'
    case 'signing':
      return 'confirm in your wallet'
    case 'signed':
    case 'relaying':
    case 'paying':
      return 'the relayer sends it'
    case 'batch-sent':
    case 'sent':
      return 'sent, waiting for a block'
    case 'in-block':
      return `in a block, ${Math.min(state.confirmations, EVENT_CONFIRMATIONS)} of ${EVENT_CONFIRMATIONS} confirmations`
    case 'rejected':
      return 'declined in the wallet'
    default:
      return 'needs your attention'
  }
}
