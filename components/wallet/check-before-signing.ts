import { luxxonSettlementAbi } from '@/domain/abi/luxxon-settlement'
import { usdcAbi } from '@/domain/abi/usdc'
import { formatUsdc } from '@/domain/money'
import type { FlowCall } from './flow-calls'
import type { FlowPorts } from './flow-ports'
import type { Flow, StepId, StepStage } from './flow-schema'
import { isRevert, revertWords } from './revert-words'

type Checked = { flow: Flow; step: StepId; calls: readonly FlowCall[]; ports: FlowPorts }

/** What would make the next popup pointless, found before the wallet opens; null when nothing would. */
export async function checkBeforeSigning({ flow, step, calls, ports }: Checked): Promise<StepStage | null> {
  const { client, config } = ports
  const amount = BigInt(flow.amount)
  if (flow.kind !== 'withdraw') {
    const settlement = { address: flow.settlement, abi: luxxonSettlementAbi } as const
    const [isPaused, balance] = await Promise.all([
      // A prepaid payment does not touch the pool.
      flow.kind === 'top-up' && client.readContract({ ...settlement, functionName: 'paused' }),
      client.readContract({
        address: config.usdcAddress,
        abi: usdcAbi,
        functionName: 'balanceOf',
        args: [flow.wallet],
      }),
    ])
    if (isPaused) return pausedStage()
    if (balance < amount) return noUsdcStage(amount, balance)
  }
  // A batch's second call needs its first: only the wallet can simulate them together.
  const [call] = calls
  if (!call || step === 'batch') return null
  return simulate(flow, call, ports)
}

async function simulate(
  flow: Flow,
  call: FlowCall,
  { client, wallet }: FlowPorts,
): Promise<StepStage | null> {
  try {
    await client.call({ account: flow.wallet, ...call })
  } catch (error) {
    if (!isRevert(error)) throw error
    return { stage: 'reverted', hash: null, ...revertWords(error) }
  }
  if (!wallet.paysGas) return null
  const [balance, gas, gasPrice] = await Promise.all([
    client.getBalance({ address: flow.wallet }),
    client.estimateGas({ account: flow.wallet, ...call }).catch(() => 0n),
    client.getGasPrice(),
  ])
  if (balance > 0n && balance >= gas * gasPrice) return null
  return {
    stage: 'failed',
    problem: 'no-gas',
    words: 'The wallet has not enough ETH to pay for gas. Nothing was sent.',
  }
}

function pausedStage(): StepStage {
  return {
    stage: 'reverted',
    hash: null,
    code: 'EnforcedPause',
    words:
      'Top up is paused: the pool takes no deposits at the moment. Nothing was sent; withdrawing is always possible.',
  }
}

function noUsdcStage(amount: bigint, balance: bigint): StepStage {
  return {
    stage: 'failed',
    problem: 'no-usdc',
    words: `The wallet holds ${formatUsdc(balance)} USDC, which is less than ${formatUsdc(amount)} USDC. Nothing was sent.`,
  }
}
