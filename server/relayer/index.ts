export { hasRelayer } from './has-relayer'
export { registerRelayers, relayDeposit } from './relay-deposit-transaction'
export { listHashes } from './relayer-repository'
export { trackRelays } from './track-relays'
