import { type FlowKey, keyOf, storageNameOf } from './flow-key'
import { type Flow, flowSchema } from './flow-schema'

/** The unfinished flow of this owner on this chain, or null. What is damaged or old counts as none. */
export function loadFlow(storage: Storage, key: FlowKey): Flow | null {
  const text = storage.getItem(storageNameOf(key))
  if (text === null) return null
  try {
    return flowSchema.parse(JSON.parse(text))
  } catch {
    return null
  }
}

export function saveFlow(storage: Storage, flow: Flow): void {
  storage.setItem(storageNameOf(keyOf(flow)), JSON.stringify(flow))
}

export function removeFlow(storage: Storage, key: FlowKey): void {
  storage.removeItem(storageNameOf(key))
}
