import { type Flow, flowSchema } from './flow-machine'

export type FlowKey = Pick<Flow, 'chainId' | 'wallet' | 'settlement' | 'kind'>

// The settlement is part of the key: a local chain that was thrown away must not haunt the next one.
function keyOf({ chainId, wallet, settlement, kind }: FlowKey): string {
  return `bursar.flow.v1.${chainId}.${settlement.toLowerCase()}.${wallet.toLowerCase()}.${kind}`
}

/** The unfinished flow of this wallet on this chain, or null. What is damaged or old counts as none. */
export function loadFlow(storage: Storage, key: FlowKey): Flow | null {
  const text = storage.getItem(keyOf(key))
  if (text === null) return null
  try {
    return flowSchema.parse(JSON.parse(text))
  } catch {
    return null
  }
}

export function saveFlow(storage: Storage, flow: Flow): void {
  storage.setItem(keyOf(flow), JSON.stringify(flow))
}

export function removeFlow(storage: Storage, key: FlowKey): void {
  storage.removeItem(keyOf(key))
}
