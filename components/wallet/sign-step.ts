import { bytesToHex } from 'viem'
import { usdcAbi } from '@/domain/abi/usdc'
import { RECEIVE_AUTHORIZATION_SECONDS } from '@/domain/gasless-deposit'
import { formatUsdc } from '@/domain/money'
import { buildReceiveAuthorization } from '@/domain/usdc-authorization'
import { checkBeforeSigning } from './check-before-signing'
import { prepareCalls } from './flow-calls'
import type { FlowPorts } from './flow-ports'
import type { Flow, SignedAuthorization, StepId, StepStage } from './flow-schema'
import { askPayment, signPayment } from './sign-payment'
import { sleep } from './sleep'
import { walletErrorStage } from './wallet-error-stage'

type Signing = {
  flow: Flow
  step: StepId
  ports: FlowPorts
  signal: AbortSignal
  move: (next: StepStage) => void
}

// Nodes behind one URL may lag each other by some blocks: the approval is in a block, yet one of them has not seen it.
const ALLOWANCE_ATTEMPTS = 15

/** Opens the wallet once for the step and moves the flow to what came of it. */
export async function signStep({ flow, step, ports, signal, move }: Signing): Promise<void> {
  try {
    const { client, wallet, config } = ports
    if (step === 'deposit') {
      const lowered = await awaitAllowance(flow, ports, signal)
      if (lowered) return move(lowered)
    }
    const offer = step === 'pay' ? await askPayment(flow, ports) : null
    const calls = prepareCalls({ step, flow, usdc: config.usdcAddress })
    const obstacle = await checkBeforeSigning({ flow, step, calls, ports })
    if (obstacle) return move(obstacle)
    const [nonce, block] = await Promise.all([
      client.getTransactionCount({ address: flow.wallet, blockTag: 'pending' }),
      client.getBlockNumber({ cacheTime: 0 }),
    ])
    move({ stage: 'signing', nonce, block: block.toString() })
    if (step === 'authorize') {
      return move({ stage: 'signed', authorization: await signAuthorization(flow, ports) })
    }
    if (offer) {
      return move({ stage: 'paying', header: await signPayment({ flow, offer, ports }), topUpId: null })
    }
    if (step === 'batch') {
      return move({ stage: 'batch-sent', callsId: await wallet.sendBatch(calls), block: block.toString() })
    }
    const [call] = calls
    if (!call) throw new Error(`${step} has no call`)
    const hash = await wallet.send(call)
    move({
      stage: 'sent',
      hash,
      nonce: wallet.paysGas ? nonce : null,
      block: block.toString(),
      sentAt: Date.now(),
    })
  } catch (error) {
    move(walletErrorStage(error))
  }
}

async function awaitAllowance(flow: Flow, ports: FlowPorts, signal: AbortSignal): Promise<StepStage | null> {
  const amount = BigInt(flow.amount)
  let allowance = 0n
  for (let attempt = 0; attempt < ALLOWANCE_ATTEMPTS && !signal.aborted; attempt += 1) {
    allowance = await ports.client.readContract({
      address: ports.config.usdcAddress,
      abi: usdcAbi,
      functionName: 'allowance',
      args: [flow.wallet, flow.settlement],
    })
    if (allowance >= amount) return null
    await sleep(ports.pollMilliseconds, signal)
  }
  return {
    stage: 'failed',
    problem: 'allowance-lowered',
    words: `The wallet lets the pool take ${formatUsdc(allowance)} USDC, which is less than ${formatUsdc(amount)} USDC. Start again and allow at least that much.`,
  }
}

async function signAuthorization(
  flow: Flow,
  { client, wallet, config }: FlowPorts,
): Promise<SignedAuthorization> {
  // The chain's clock and not this machine's: the contract compares with it.
  const { timestamp } = await client.getBlock()
  const authorization = {
    value: BigInt(flow.amount),
    validAfter: 0n,
    validBefore: timestamp + BigInt(RECEIVE_AUTHORIZATION_SECONDS),
    nonce: bytesToHex(crypto.getRandomValues(new Uint8Array(32))),
  }
  const signature = await wallet.signDeposit(
    buildReceiveAuthorization({
      ...authorization,
      chainId: flow.chainId,
      usdcAddress: config.usdcAddress,
      usdcDomainName: config.usdcDomainName,
      from: flow.wallet,
      to: flow.settlement,
    }),
  )
  return {
    value: authorization.value.toString(),
    validAfter: authorization.validAfter.toString(),
    validBefore: authorization.validBefore.toString(),
    nonce: authorization.nonce,
    signature,
  }
}
