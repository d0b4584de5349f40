import type { Flow } from './flow-schema'

export type FlowKey = Pick<Flow, 'chainId' | 'settlement' | 'kind'> & {
  /** Whose flow it is: the workspace's wallet, the agent that a prepaid payment is for, or the payout wallet that is funded. */
  owner: string
}

export function keyOf(flow: Flow): FlowKey {
  const { chainId, settlement, kind, wallet, prepay, fund } = flow
  return { chainId, settlement, kind, owner: prepay?.agentId ?? fund?.to ?? wallet }
}

/** The name of a flow in storage. The settlement is part of it: a local chain that was thrown away must not haunt the next one. */
export function storageNameOf({ chainId, owner, settlement, kind }: FlowKey): string {
  return `bursar.flow.v1.${chainId}.${settlement.toLowerCase()}.${owner.toLowerCase()}.${kind}`
}
