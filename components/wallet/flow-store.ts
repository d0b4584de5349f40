import type { FlowKey } from './flow-key'
import { isUnderWay, retry } from './flow-machine'
import type { FlowPorts } from './flow-ports'
import type { Flow } from './flow-schema'
import { type FlowState, NO_FLOW } from './flow-state'
import { loadFlow, removeFlow, saveFlow } from './flow-storage'
import { lookAgain, runFlow } from './run-flow'

export type FlowStore = ReturnType<typeof createFlowStore>

/**
 * One flow of one owner. It lives as long as the tab and not as long as a component, so that leaving the page while the
 * wallet is open loses no hash. Each state is in storage before the next act; a lock keeps two tabs from driving one flow.
 */
export function createFlowStore({
  key,
  storage,
  locks,
}: {
  key: FlowKey
  storage: Storage
  locks: LockManager | null
}) {
  let state: FlowState = { ...NO_FLOW, flow: loadFlow(storage, key) }
  const listeners = new Set<() => void>()
  const lockName = `bursar.flow.${key.chainId}.${key.settlement}.${key.owner}.${key.kind}`.toLowerCase()

  function set(change: Partial<FlowState>) {
    state = { ...state, ...change }
    for (const notify of listeners) notify()
  }

  function keep(flow: Flow) {
    saveFlow(storage, flow)
    set({ flow })
  }

  /** Runs alone among the tabs of this browser; waits for another tab to finish first when there is one. */
  async function alone(work: () => Promise<void>): Promise<void> {
    if (!locks) return work()
    const isDone = await locks.request(lockName, { ifAvailable: true }, async (lock) => {
      if (!lock) return false
      await work()
      return true
    })
    if (isDone) return
    set({ isElsewhere: true })
    await locks.request(lockName, async () => {
      set({ isElsewhere: false, flow: loadFlow(storage, key) })
      await work()
    })
  }

  function drive(ports: FlowPorts, mayOpenWallet: boolean): Promise<void> {
    if (state.isRunning) return Promise.resolve()
    set({ isRunning: true })
    return alone(async () => {
      const { flow } = state
      if (!flow) return
      await runFlow({
        flow,
        ports,
        mayOpenWallet,
        onChange: keep,
        onReachable: (isReachable) => {
          if (isReachable !== state.isReachable) set({ isReachable })
        },
        signal: new AbortController().signal,
      })
    }).finally(() => set({ isRunning: false, isReachable: true }))
  }

  return {
    get: () => state,
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    /** Begins a new flow with a person's press. */
    start: (flow: Flow, ports: FlowPorts) => {
      if (state.isRunning || state.isElsewhere) return Promise.resolve()
      keep(flow)
      return drive(ports, true)
    },
    /** Goes on with a person's press: opens the wallet for the step that waits or was stopped. */
    goOn: (ports: FlowPorts) => {
      if (state.flow && !state.isRunning) keep(retry(state.flow))
      return drive(ports, true)
    },
    /** After a reload: asks the chain where it stands and opens nothing. */
    resume: (ports: FlowPorts) =>
      state.flow && isUnderWay(state.flow) ? drive(ports, false) : Promise.resolve(),
    /** Asks once more about a transaction that was dropped; goes on awaiting it when the network knows it again. */
    lookAgain: async (ports: FlowPorts) => {
      if (!state.flow || state.isRunning) return
      keep(await lookAgain(state.flow, ports))
      if (isUnderWay(state.flow)) await drive(ports, false)
    },
    dismiss: () => {
      if (state.isRunning) return
      removeFlow(storage, key)
      set(NO_FLOW)
    },
    /** Another tab wrote a state. */
    reload: () => {
      if (!state.isRunning || state.isElsewhere) set({ flow: loadFlow(storage, key) })
    },
  }
}
