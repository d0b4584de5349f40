export { assertChainId } from './assert-chain-id'
export { type BlockSource, createBlockSource, type RangeLogs } from './block-source'
export { ChainError, toChainError } from './chain-error'
export { mintFromFaucet } from './mint-from-faucet'
export { readDeposits } from './read-deposits'
export { readHeadNumber } from './read-head-number'
export { readWallet, type WalletOnChain } from './read-wallet'
export {
  estimateRelayFees,
  findAuthorizedDeposit,
  getBalance,
  getBlockTimes,
  getMinedNonce,
  getTransactionReceipt,
  isAuthorizationUsed,
  type RelayCall,
  sendRawTransaction,
  simulateSettlementDeposit,
} from './relay'
export { createRpc, type Rpc, rpc } from './rpc'
export { verifyMessageSignature, verifyTypedDataSignature } from './verify-signature'
export type { BlockHeader, LogFilter, WatchedLog } from './watched-log'
