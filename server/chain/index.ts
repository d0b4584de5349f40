export { assertChainId } from './assert-chain-id'
export {
  type AuthorizationKey,
  type AuthorizationsState,
  readAuthorizations,
  readAuthorizationsAtFinal,
  readAuthorizationsAtFinalByEach,
  readAuthorizationsByEach,
  readSigningConditions,
  type SigningConditions,
} from './authorizations-state'
export {
  type AuthorizedTransfer,
  findAuthorizedTransfer,
  readAuthorizationAtFinal,
  readTransferConditions,
  type SeenTransfer,
  simulateAuthorizedTransfer,
  simulateAuthorizedTransfers,
} from './authorized-transfer'
export { type BlockSource, createBlockSource, type RangeLogs } from './block-source'
export { ChainError, describeRpcError, orUnavailable, toChainError } from './chain-error'
export { isSettlementSeenTwice, wouldSucceed } from './check-x402-settlement'
export {
  type DepositObservation,
  isDepositSeenTwice,
  isProvablyGone,
  type MinedDeposit,
  readDepositTransaction,
  readUsdcBalanceAt,
} from './deposit-transaction'
export {
  type FoundTransfers,
  findAuthorizedTransfers,
  readDepthsByEach,
  type WantedTransfer,
} from './find-authorized-transfers'
export {
  findExactSettlement,
  findUptoSettlement,
  isExactNonceUsed,
  isUptoNonceUsed,
  type X402Search,
  type X402Settlement,
} from './find-x402-settlement'
export { hashTypedData } from './hash-typed-data'
export { mintFromFaucet } from './mint-from-faucet'
export { createPaymentReader, type PaymentReader } from './payment-reader'
export { readDeposits } from './read-deposits'
export { readHeadNumber } from './read-head-number'
export { readChainEnds, readHead, readHeader } from './read-header'
export { readWallet, type WalletOnChain } from './read-wallet'
export { readProvenSpends, readWalletSpends, type WalletSpend } from './read-wallet-spends'
export {
  estimateRelayFees,
  getBalance,
  getMinedNonce,
  getTransactionReceipt,
  isAuthorizationUsed,
  type RelayCall,
  sendRawTransaction,
  simulateSettlementDeposit,
} from './relay'
export { createRpc, type Rpc, rpc } from './rpc'
export { hasSecondEndpoint } from './second-endpoint'
export { recoverSigner, signHash } from './secp256k1'
export { createSigner, type Signer, SignerError, type SignerErrorKind } from './signer'
export { verifyMessageSignature, verifyTypedDataSignature } from './verify-signature'
export type { BlockHeader, LogFilter, WatchedLog } from './watched-log'
