import type { Hash } from 'viem'
import { prepareCalls } from './flow-calls'
import type { FlowPorts } from './flow-ports'
import type { Flow, StepId, StepStage } from './flow-schema'
import { type Observation, observeTransaction } from './observe-transaction'
import { revertWords, revertWordsOfData } from './revert-words'

/** A transaction that no node knows for this long is called dropped; its nonce is free, so sending anew cannot pay twice. */
const DROPPED_AFTER_MILLISECONDS = 60_000

type Sent = Extract<StepStage, { stage: 'sent' | 'in-block' | 'dropped' }>

type Awaiting<State extends StepStage = StepStage> = {
  flow: Flow
  step: StepId
  state: State
  ports: FlowPorts
}

/** Asks once what became of a sent transaction and names the step's next stage. */
export async function outcomeOfSent({ flow, step, state, ports }: Awaiting<Sent>): Promise<StepStage> {
  const [call] = prepareCalls({ step, flow, usdc: ports.config.usdcAddress })
  const observation = await observeTransaction({
    client: ports.client,
    account: flow.wallet,
    hash: state.hash,
    nonce: state.nonce,
    sentBlock: BigInt(state.block),
    call: call ?? null,
  })
  return stageOf(observation, { flow, step, state, ports })
}

async function stageOf(
  observation: Observation,
  { flow, step, state, ports }: Awaiting<Sent>,
): Promise<StepStage> {
  const sent = {
    hash: state.hash,
    nonce: state.nonce,
    block: state.block,
    sentAt: state.sentAt,
  }
  switch (observation.kind) {
    case 'pending':
      return { stage: 'sent', ...sent, nonce: observation.nonce ?? state.nonce }
    case 'in-block': {
      const { hash, confirmations } = observation
      // The deposit may follow as soon as the approval is in a block: the contract judges by its own state.
      const required = step === 'approve' ? 1 : ports.requiredConfirmations
      // A prepaid deposit is done with its credit, which the console alone knows.
      return confirmations >= required && step !== 'send'
        ? { stage: 'done', hash }
        : { stage: 'in-block', ...sent, hash, confirmations }
    }
    case 'reverted':
      return {
        stage: 'reverted',
        hash: observation.hash,
        ...(await revertedWords(flow, step, observation.block, ports)),
      }
    case 'repriced':
      return { stage: 'sent', ...sent, hash: observation.by }
    case 'cancelled':
      return { stage: 'cancelled', hash: state.hash, by: observation.by }
    case 'superseded':
      return { stage: 'superseded', hash: state.hash, by: observation.by }
    case 'unknown':
      return Date.now() - state.sentAt > DROPPED_AFTER_MILLISECONDS
        ? { stage: 'dropped', ...sent }
        : { stage: 'sent', ...sent }
  }
}

// A receipt has no reason. The same call in the block's state before it usually fails the same way and says why.
async function revertedWords(flow: Flow, step: StepId, block: bigint, { client, config }: FlowPorts) {
  const [call] = prepareCalls({ step, flow, usdc: config.usdcAddress })
  if (!call) return revertWordsOfData('0x')
  for (const blockNumber of [block - 1n, block]) {
    try {
      await client.call({ account: flow.wallet, ...call, blockNumber })
    } catch (error) {
      return revertWords(error)
    }
  }
  return {
    code: 'out of gas or changed state',
    words:
      'It failed in the block, though the same call would succeed now. It may have had too little gas. No USDC moved; you can try again.',
  }
}

export async function outcomeOfBatch({
  state,
  ports,
}: Awaiting<Extract<StepStage, { stage: 'batch-sent' }>>): Promise<StepStage> {
  const { status, hash } = await ports.wallet.findBatch(state.callsId)
  if (status === 'success') return batchDone(state, hash)
  if (status === 'pending') return state
  return {
    stage: 'reverted',
    hash,
    code: 'batch failed',
    words: 'The wallet reports that the batch failed as a whole. No USDC moved and nothing was allowed.',
  }
}

function batchDone(state: Extract<StepStage, { stage: 'batch-sent' }>, hash: Hash | null): StepStage {
  if (!hash) return { stage: 'done', hash: null }
  return { stage: 'in-block', hash, nonce: null, block: state.block, sentAt: Date.now(), confirmations: 1 }
}

export async function outcomeOfRelay({
  state,
  ports,
}: Awaiting<Extract<StepStage, { stage: 'relaying' }>>): Promise<StepStage> {
  if (!ports.relay) throw new Error('this flow has no relayer')
  const view = await ports.relay.find(state.authorizationId)
  if (!view) return state
  const hash = view.txHash as Hash | null
  if (view.status === 'confirmed') return { stage: 'done', hash }
  if (view.status === 'failed') {
    const code = view.failureReason ?? 'failed'
    return { stage: 'reverted', hash, code, words: relayFailureWords(code) }
  }
  const { authorizationId } = state
  return { stage: 'relaying', authorizationId, hash, waitingFor: view.waitingFor }
}

function relayFailureWords(reason: string): string {
  const known = revertWordsOfReason(reason)
  return `${known} The signed deposit was not used; no USDC moved.`
}

function revertWordsOfReason(reason: string): string {
  return revertWords(new Error(`execution reverted: ${reason}`)).words
}
