// OnchainKit imports these hooks from `wagmi/experimental`, which wagmi 3 moved to its main entry.
export { useCallsStatus, useCapabilities, useSendCalls, useShowCallsStatus } from 'wagmi'
