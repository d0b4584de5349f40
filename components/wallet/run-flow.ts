import { TRPCClientError } from '@trpc/client'
import { readProblem } from '../trpc/read-problem'
import { outcomeOfPayment, outcomeOfPrepaid } from './await-credit'
import { outcomeOfBatch, outcomeOfRelay, outcomeOfSent } from './await-outcome'
import { advance, currentIndex, isFinished, isStopped } from './flow-machine'
import type { FlowPorts } from './flow-ports'
import type { Flow, StepStage } from './flow-schema'
import { resumeFlow } from './resume-flow'
import { signStep } from './sign-step'
import { sleep } from './sleep'

type RunFlow = {
  flow: Flow
  ports: FlowPorts
  /** Called with every new state, before anything else happens: storage is never behind the wallet. */
  onChange: (flow: Flow) => void
  /** Whether the chain or the server answered the last question. */
  onReachable: (isReachable: boolean) => void
  /** False after a reload: a wallet opens only on a person's press. */
  mayOpenWallet: boolean
  signal: AbortSignal
}

/** Drives a flow until it is finished, stopped, or waits for a press that it may not make itself. Returns where it stands. */
export async function runFlow({
  flow,
  ports,
  onChange,
  onReachable,
  mayOpenWallet,
  signal,
}: RunFlow): Promise<Flow> {
  let current = flow
  const move = (next: StepStage) => {
    const before = JSON.stringify(current)
    current = advance(current, next)
    if (JSON.stringify(current) !== before) onChange(current)
  }
  while (!signal.aborted && !isFinished(current) && !isStopped(current)) {
    const step = current.steps[currentIndex(current)]
    if (!step) break
    if (step.state.stage === 'waiting') {
      if (!mayOpenWallet) break
      await signStep({ flow: current, step: step.id, ports, signal, move })
      continue
    }
    try {
      move(await nextStage(current, ports))
      onReachable(true)
    } catch {
      onReachable(false)
    }
    if (!isSettled(current)) await sleep(ports.pollMilliseconds, signal)
  }
  return current
}

/** Asks once about a stopped step that the network may still know: a dropped transaction. */
export async function lookAgain(flow: Flow, ports: FlowPorts): Promise<Flow> {
  const step = flow.steps[currentIndex(flow)]
  if (step?.state.stage !== 'dropped') return flow
  const next = await outcomeOfSent({ flow, step: step.id, state: step.state, ports })
  return next.stage === 'dropped' ? flow : advance(flow, next)
}

async function nextStage(flow: Flow, ports: FlowPorts): Promise<StepStage> {
  const step = flow.steps[currentIndex(flow)]
  if (!step) throw new Error('the flow is finished')
  const { id, state } = step
  switch (state.stage) {
    case 'sent':
    case 'in-block':
      return id === 'send'
        ? outcomeOfPrepaid({ flow, state, ports })
        : outcomeOfSent({ flow, step: id, state, ports })
    case 'batch-sent':
      return outcomeOfBatch({ flow, step: id, state, ports })
    case 'relaying':
      return outcomeOfRelay({ flow, step: id, state, ports })
    case 'paying':
      return outcomeOfPayment({ flow, state, ports })
    case 'signed':
      return submit(state, ports)
    case 'signing': {
      const resumed = await resumeFlow(flow, ports)
      return resumed.steps[currentIndex(flow)]?.state ?? state
    }
    default:
      return state
  }
}

// The same signature may be handed in again: the server takes each nonce once. So an answer that never came is asked anew.
async function submit(state: Extract<StepStage, { stage: 'signed' }>, ports: FlowPorts): Promise<StepStage> {
  if (!ports.relay) throw new Error('this flow has no relayer')
  try {
    const view = await ports.relay.submit(state.authorization)
    return { stage: 'relaying', authorizationId: view.depositAuthorizationId, hash: null, waitingFor: null }
  } catch (error) {
    const problem = readProblem(error)
    const isRefused =
      error instanceof TRPCClientError && problem.code !== null && error.data?.httpStatus < 500
    if (!isRefused || problem.code === 'rate_limited') throw error
    return {
      stage: 'reverted',
      hash: null,
      code: problem.code ?? 'refused',
      words: problem.detail || problem.title,
    }
  }
}

function isSettled(flow: Flow): boolean {
  if (isFinished(flow) || isStopped(flow)) return true
  return flow.steps[currentIndex(flow)]?.state.stage === 'waiting'
}
