import * as z from 'zod'
import { atomicString } from './atomic'
import { EVENT_KINDS } from './event-kinds'
import { workspaceIdSchema } from './workspace-id'

const checksummedAddress = z.string().regex(/^0x[0-9a-fA-F]{40}$/)
const hash = z.string().regex(/^0x[0-9a-f]{64}$/)

/** `GET /api/v1/config`: nothing is hard-coded in a client. */
export const configView = z.strictObject({
  environment: z.enum(['LIVE', 'TEST']),
  network: z.enum(['base', 'base-sepolia', 'local']),
  chainId: z.number().int(),
  chainName: z.string(),
  rpcUrl: z.string(),
  explorerUrl: z.string(),
  usdcAddress: checksummedAddress,
  usdcDomainName: z.string(),
  settlementAddress: checksummedAddress,
  multicallAddress: checksummedAddress,
  features: z.strictObject({
    faucet: z.boolean(),
    testWallet: z.boolean(),
    gaslessDeposit: z.boolean(),
    /** Agents' balances are filled by transfers to the receive address, and by x402 payments as well. */
    prepayDeposits: z.boolean(),
    prepayX402TopUp: z.boolean(),
    onramp: z.boolean(),
    walletConnectProjectId: z.string().nullable(),
    onchainKitApiKey: z.string().nullable(),
    coinbaseProjectId: z.string().nullable(),
    /** Where browsers read people's names from (Ethereum mainnet); null shows addresses only. */
    namesRpcUrl: z.string().nullable(),
  }),
})
export type ConfigView = z.infer<typeof configView>

/** `GET /api/v1/wallet`: the documented snapshot and Bursar's further figures, all amounts in atomic units. */
export const walletView = z.strictObject({
  workspaceId: z.uuid(),
  walletAddress: checksummedAddress,
  /** The pool balance as rebuilt from final events. */
  trackedBalance: atomicString,
  /** The watcher's heartbeat: the highest block it has read. */
  lastSyncBlock: z.string().regex(/^\d+$/),
  updatedAt: z.iso.datetime(),
  /** USDC in the wallet, read at the head. */
  walletBalance: atomicString,
  /** `deposits(wallet)` on the settlement contract, read at the head. */
  poolBalance: atomicString,
  /** What open sessions hold. */
  reservedBalance: atomicString,
  /** max(0, pool − reserved). */
  availableBalance: atomicString,
  /** What the settlement may take from the wallet. */
  allowance: atomicString,
  settlementPaused: z.boolean(),
})
export type WalletView = z.infer<typeof walletView>

/** One row of `GET /api/v1/wallet/events`. `amountUsdc` is negative only in a row that reverses another. */
export const walletEventView = z.strictObject({
  id: z.uuid(),
  workspaceId: z.uuid(),
  kind: z.enum(EVENT_KINDS),
  txHash: hash,
  blockNumber: z.string().regex(/^\d+$/),
  logIndex: z.number().int(),
  confirmedAt: z.iso.datetime(),
  /** When the block was made. */
  blockTime: z.iso.datetime(),
  amountUsdc: atomicString,
  /** What the event adds to this workspace's pool; 0 for an approval and for the operator's side of a settlement. */
  poolDelta: atomicString,
  relatedSession: hash.nullable(),
  reversalOf: z.uuid().nullable(),
  /** For SETTLE: the other side of the settlement. */
  counterparty: checksummedAddress.nullable(),
})
export type WalletEventView = z.infer<typeof walletEventView>

/** A watched event whose block is still shallow: shown in the console as pending, never in the public list. */
export const pendingEventView = z.strictObject({
  kind: z.enum(EVENT_KINDS),
  txHash: hash,
  blockNumber: z.string().regex(/^\d+$/),
  logIndex: z.number().int(),
  blockTime: z.iso.datetime(),
  amountUsdc: atomicString,
  /** As in the ledger: what the event will have added to this workspace's pool. */
  poolDelta: atomicString,
  confirmations: z.number().int(),
  confirmationsRequired: z.number().int(),
  counterparty: checksummedAddress.nullable(),
})
export type PendingEventView = z.infer<typeof pendingEventView>

/** A point of the pool's balance over time (a step: the balance holds until the next point). */
export const poolHistoryPoint = z.strictObject({ at: z.iso.datetime(), balance: atomicString })
export type PoolHistoryPoint = z.infer<typeof poolHistoryPoint>

export const walletEventFilter = z.strictObject({
  kinds: z.array(z.enum(EVENT_KINDS)).max(EVENT_KINDS.length).optional(),
  cursor: z.uuid().optional(),
  limit: z.number().int().min(1).max(100).default(50),
})

const uint = z.string().regex(/^\d{1,78}$/, 'Must be a decimal string.')

/** `POST /api/v1/wallet/deposit-authorization`: a signed EIP-3009 receiveWithAuthorization to the settlement. */
export const depositAuthorizationInput = z.strictObject({
  workspaceId: workspaceIdSchema.optional(),
  value: uint,
  validAfter: uint,
  validBefore: uint,
  nonce: z.string().regex(/^0x[0-9a-f]{64}$/, 'Must be 0x and 64 lower-case hex digits.'),
  signature: z.string().regex(/^0x(?:[0-9a-fA-F]{2}){65,4096}$/, 'Must be a signature in hex.'),
})
export type DepositAuthorizationInput = z.infer<typeof depositAuthorizationInput>

export const depositAuthorizationView = z.strictObject({
  depositAuthorizationId: z.uuid(),
  workspaceId: z.uuid(),
  status: z.enum(['authorized', 'broadcasting', 'confirmed', 'failed']),
  failureReason: z.string().nullable(),
  /** Why nothing is sent just now: a code such as `gas_allowance`, or `would_revert` and what the chain says. */
  waitingFor: z.string().nullable(),
  amountUsdc: atomicString,
  txHash: hash.nullable(),
  createdAt: z.iso.datetime(),
})
export type DepositAuthorizationView = z.infer<typeof depositAuthorizationView>
