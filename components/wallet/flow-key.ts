import type { Flow } from './flow-schema'

export type FlowKey = Pick<Flow, 'chainId' | 'wallet' | 'settlement' | 'kind'>

/** The name of a wallet's flow in storage. The settlement is part of it: a local chain that was thrown away must not haunt the next one. */
export function storageNameOf({ chainId, wallet, settlement, kind }: FlowKey): string {
  return `bursar.flow.v1.${chainId}.${settlement.toLowerCase()}.${wallet.toLowerCase()}.${kind}`
}
