import { type Hash, parseAbiItem } from 'viem'
import { usdcAbi } from '@/domain/abi/usdc'
import { advance, currentIndex } from './flow-machine'
import type { FlowPorts } from './flow-ports'
import type { Flow, StepStage } from './flow-schema'

const deposited = parseAbiItem('event Deposited(address indexed account, uint256 amount, uint256 balance)')
const transferred = parseAbiItem('event Transfer(address indexed from, address indexed to, uint256 value)')
const withdrawn = parseAbiItem('event Withdrawn(address indexed account, uint256 amount, uint256 balance)')

/** A wallet that was left open longer than this many blocks (about an hour) is not searched for. */
const SEARCHED_BLOCKS = 1800n

/**
 * A flow read from storage after a reload. Only "the wallet was open" needs judging: whether something was sent is asked
 * of the chain (allowance, events, nonce), so that nothing is ever sent twice. All other stages carry what they need.
 */
export async function resumeFlow(flow: Flow, ports: FlowPorts): Promise<Flow> {
  const step = flow.steps[currentIndex(flow)]
  if (step?.state.stage !== 'signing') return flow
  return advance(flow, await judgeSigning(flow, step.id, step.state, ports))
}

async function judgeSigning(
  flow: Flow,
  step: Flow['steps'][number]['id'],
  state: Extract<StepStage, { stage: 'signing' }>,
  ports: FlowPorts,
): Promise<StepStage> {
  // A signature that never left the page has no effect.
  if (step === 'authorize' || step === 'pay') return { stage: 'interrupted' }
  // Counted before the effects are looked for: what is mined in between is then found, never taken for nothing.
  const [pending, mined] = await Promise.all([
    ports.client.getTransactionCount({ address: flow.wallet, blockTag: 'pending' }),
    ports.client.getTransactionCount({ address: flow.wallet }),
  ])
  if (step === 'approve') {
    const allowance = await ports.client.readContract({
      address: ports.config.usdcAddress,
      abi: usdcAbi,
      functionName: 'allowance',
      args: [flow.wallet, flow.settlement],
    })
    if (allowance >= BigInt(flow.amount)) return { stage: 'done', hash: null }
  }
  const hash = step === 'approve' ? null : await findEffect(flow, BigInt(state.block), ports)
  if (hash) {
    return { stage: 'sent', hash, nonce: null, block: state.block, sentAt: Date.now() }
  }
  // Something of this account waits for a block: it may be ours, so the question stays open.
  return pending > mined && pending > state.nonce ? state : { stage: 'interrupted' }
}

async function findEffect(
  flow: Flow,
  sentBlock: bigint,
  { client, config }: FlowPorts,
): Promise<Hash | null> {
  const range = { fromBlock: sentBlock, toBlock: sentBlock + SEARCHED_BLOCKS, strict: true } as const
  const to = flow.prepay?.receiveAddress ?? flow.fund?.to
  if (to) {
    const logs = await client.getLogs({
      ...range,
      address: config.usdcAddress,
      event: transferred,
      args: { from: flow.wallet, to },
    })
    return logs.find(({ args }) => args.value === BigInt(flow.amount))?.transactionHash ?? null
  }
  const logs = await client.getLogs({
    ...range,
    address: flow.settlement,
    event: flow.kind === 'withdraw' ? withdrawn : deposited,
    args: { account: flow.wallet },
  })
  return logs.find(({ args }) => args.amount === BigInt(flow.amount))?.transactionHash ?? null
}
