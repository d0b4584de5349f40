import type { Flow } from './flow-schema'

export type FlowState = {
  flow: Flow | null
  isRunning: boolean
  /** Whether the chain or the server answered the last question. */
  isReachable: boolean
  /** Another tab drives it; this one only shows where it stands. */
  isElsewhere: boolean
}

export const NO_FLOW: FlowState = { flow: null, isRunning: false, isReachable: true, isElsewhere: false }
