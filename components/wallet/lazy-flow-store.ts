import type { FlowMeans } from './create-flow-ports'
import { type FlowKey, storageNameOf } from './flow-key'
import type { Flow } from './flow-schema'
import { type FlowState, NO_FLOW } from './flow-state'
import type { FlowStore } from './flow-store'
import { loadFlowEngine } from './load-flow-engine'

type Place = { key: FlowKey; storage: Storage; locks: LockManager | null }
type Engine = Awaited<ReturnType<typeof loadFlowEngine>>
type Loaded = { store: FlowStore; createFlowPorts: Engine['createFlowPorts'] }

export type LazyFlowStore = ReturnType<typeof createLazyFlowStore>

/** A flow store whose code loads with the first act, or at once when storage holds a flow. Empty until then. */
export function createLazyFlowStore({ key, storage, locks }: Place) {
  let loaded: Loaded | null = null
  let loading: Promise<Loaded> | null = null
  const listeners = new Set<() => void>()
  const notifyAll = () => {
    for (const notify of listeners) notify()
  }

  function load(): Promise<Loaded> {
    loading ??= open().catch((error) => {
      // The next act tries again: a network that failed once need not fail twice.
      loading = null
      throw error
    })
    return loading
  }

  async function open(): Promise<Loaded> {
    const { createFlowStore, createFlowPorts } = await loadFlowEngine()
    const store = createFlowStore({ key, storage, locks })
    store.subscribe(notifyAll)
    loaded = { store, createFlowPorts }
    notifyAll()
    return loaded
  }

  const isKept = () => storage.getItem(storageNameOf(key)) !== null

  async function act(means: FlowMeans, run: (store: FlowStore, ports: Ports) => Promise<void>) {
    const { store, createFlowPorts } = await load()
    await run(store, createFlowPorts(means))
  }

  return {
    get: (): FlowState => loaded?.store.get() ?? NO_FLOW,
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    start: (flow: Flow, means: FlowMeans) => {
      const wasLoaded = loaded !== null
      // A flow that only storage knew is gone on with, never written over.
      return act(means, (store, ports) =>
        !wasLoaded && store.get().flow ? store.resume(ports) : store.start(flow, ports),
      )
    },
    goOn: (means: FlowMeans) => act(means, (store, ports) => store.goOn(ports)),
    lookAgain: (means: FlowMeans) => act(means, (store, ports) => store.lookAgain(ports)),
    /** After a reload: goes on with what storage holds and loads nothing when it holds nothing. */
    resume: async (means: FlowMeans) => {
      if (loaded || isKept()) await act(means, (store, ports) => store.resume(ports))
    },
    dismiss: () => loaded?.store.dismiss(),
    /** Another tab wrote a state. */
    reload: async () => {
      if (loaded) loaded.store.reload()
      else if (isKept()) await load()
    },
  }
}

type Ports = ReturnType<Engine['createFlowPorts']>
