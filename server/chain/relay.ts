import { type Address, type Hex, keccak256, TransactionReceiptNotFoundError } from 'viem'
import { luxxonSettlementAbi } from '@/domain/abi/luxxon-settlement'
import { usdcAbi } from '@/domain/abi/usdc'
import { env } from '@/server/core/env'
import { describeRpcError } from './chain-error'
import { isRevert, revertReason } from './revert-reason'
import { rpc } from './rpc'

export type RelayCall = { to: Address; data: Hex; gasLimit: bigint }

/** The nonce of the next transaction that can be mined: the count of mined ones, never the pending count. */
export async function getMinedNonce(address: Address): Promise<bigint> {
  return BigInt(await rpc().any.getTransactionCount({ address, blockTag: 'latest' }))
}

export async function getBalance(address: Address): Promise<bigint> {
  return rpc().any.getBalance({ address })
}

export async function estimateRelayFees(): Promise<{ maxFeePerGas: bigint; maxPriorityFeePerGas: bigint }> {
  const { maxFeePerGas, maxPriorityFeePerGas } = await rpc().any.estimateFeesPerGas()
  return { maxFeePerGas, maxPriorityFeePerGas }
}

export type SendResult = { accepted: true } | { accepted: false; reason: string }

// What nodes say when they already have these very bytes in their pool.
const KNOWN = /already known|already imported|known transaction/i
// The nonce is mined: with these bytes, or with others.
const NONCE_IS_USED = /nonce too low/i

/**
 * Sends signed bytes. A refusal or a time-out is not a failure of the transaction: the node may have it all the same. Bytes
 * that the node knows count as accepted; a nonce that is used counts only when it was used by them.
 */
export async function sendRawTransaction(raw: Hex): Promise<SendResult> {
  try {
    await rpc().any.sendRawTransaction({ serializedTransaction: raw })
    return { accepted: true }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    const isKnown = KNOWN.test(text) || (NONCE_IS_USED.test(text) && (await hasTransaction(keccak256(raw))))
    return isKnown ? { accepted: true } : { accepted: false, reason: describeRpcError(error) }
  }
}

/** Whether a node has the transaction, mined or not. An endpoint that does not answer has shown nothing. */
function hasTransaction(hash: Hex): Promise<boolean> {
  return rpc()
    .any.getTransaction({ hash })
    .then(
      () => true,
      () => false,
    )
}

export async function getTransactionReceipt(hash: Hex) {
  try {
    return await rpc().any.getTransactionReceipt({ hash })
  } catch (error) {
    if (error instanceof TransactionReceiptNotFoundError) return null
    throw error
  }
}

/** Whether USDC has used or cancelled this authorization (EIP-3009), at the head or at the final block. */
export async function isAuthorizationUsed({
  authorizer,
  nonce,
  blockTag = 'latest',
}: {
  authorizer: Address
  nonce: Hex
  blockTag?: 'latest' | 'finalized'
}): Promise<boolean> {
  return rpc().any.readContract({
    address: env().USDC_ADDRESS,
    abi: usdcAbi,
    functionName: 'authorizationState',
    args: [authorizer, nonce],
    blockTag,
  })
}

/** Runs a call at the head without sending it; a revert is answered with its reason, anything else is thrown. */
export async function simulateSettlementDeposit(args: {
  from: Address
  value: bigint
  validAfter: bigint
  validBefore: bigint
  nonce: Hex
  signature: Hex
}): Promise<{ ok: true } | { ok: false; reason: string }> {
  try {
    await rpc().any.simulateContract({
      address: env().SETTLEMENT_ADDRESS,
      abi: luxxonSettlementAbi,
      functionName: 'depositWithAuthorization',
      args: [args.from, args.value, args.validAfter, args.validBefore, args.nonce, args.signature],
    })
    return { ok: true }
  } catch (error) {
    // An endpoint that does not answer says nothing about the call.
    if (!isRevert(error)) throw error
    return { ok: false, reason: revertReason(error) }
  }
}
