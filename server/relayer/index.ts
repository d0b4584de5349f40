export { advanceDue } from './advance-due'
export { hasRelayer } from './has-relayer'
export { listRelayers } from './list-relayers'
export { ENDED, type Next, type Waiting, waitAfter, waitFor } from './next-step'
export { type KeyBalance, type RelayRoom, readRelayRoom } from './read-relay-room'
export {
  type RelayOutcome,
  registerRelayers,
  relayPayouts,
  relayTransaction,
} from './relay-transaction'
export { findNewestBlock, listHashes } from './relayer-repository'
export { trackRelays } from './track-relays'
