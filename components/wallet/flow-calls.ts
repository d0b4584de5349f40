import { encodeFunctionData } from 'viem'
import { luxxonSettlementAbi } from '@/domain/abi/luxxon-settlement'
import { usdcAbi } from '@/domain/abi/usdc'
import type { Flow, StepId } from './flow-schema'
import { approvalAmount } from './top-up-plan'

export type FlowCall = { to: `0x${string}`; data: `0x${string}` }

/** The calls a step asks the wallet to send; none for a step that only signs. */
export function prepareCalls({
  step,
  flow,
  usdc,
}: {
  step: StepId
  flow: Flow
  usdc: `0x${string}`
}): FlowCall[] {
  const amount = BigInt(flow.amount)
  const approve: FlowCall = {
    to: usdc,
    data: encodeFunctionData({
      abi: usdcAbi,
      functionName: 'approve',
      args: [flow.settlement, approvalAmount(flow)],
    }),
  }
  const deposit: FlowCall = {
    to: flow.settlement,
    data: encodeFunctionData({ abi: luxxonSettlementAbi, functionName: 'deposit', args: [amount] }),
  }
  const withdraw: FlowCall = {
    to: flow.settlement,
    data: encodeFunctionData({ abi: luxxonSettlementAbi, functionName: 'withdraw', args: [amount] }),
  }
  const transferTo = (to: `0x${string}` | undefined): FlowCall[] =>
    to
      ? [
          {
            to: usdc,
            data: encodeFunctionData({ abi: usdcAbi, functionName: 'transfer', args: [to, amount] }),
          },
        ]
      : []
  return {
    approve: [approve],
    deposit: [deposit],
    batch: [approve, deposit],
    withdraw: [withdraw],
    authorize: [],
    send: transferTo(flow.prepay?.receiveAddress),
    pay: [],
    transfer: transferTo(flow.fund?.to),
  }[step]
}
