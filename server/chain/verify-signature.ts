import {
  BaseError,
  type CallParameters,
  type CallReturnType,
  ExecutionRevertedError,
  type Hex,
  hashMessage,
  isAddressEqual,
  type TypedDataDefinition,
} from 'viem'
import { verifyHash } from 'viem/actions'
import { isErc6492Signature } from 'viem/utils'
import { ChainError, orUnavailable } from './chain-error'
import { hashTypedData } from './hash-typed-data'
import { type Rpc, type RpcClient, rpc } from './rpc'
import { recoverSigner } from './secp256k1'

type Signed = { address: `0x${string}`; signature: Hex; clients?: Rpc }
type SignedHash = Signed & { hash: Hex }

/**
 * Whether `address` signed the text (EIP-191): an EOA by recovery, a contract by ERC-1271, one not deployed yet by
 * ERC-6492. Only `eth_call` is used, so nothing a signature contains is ever executed for good. Throws
 * `dependency_unavailable` when a contract's signature cannot be checked because the chain does not answer.
 */
export function verifyMessageSignature({
  message,
  ...signed
}: Signed & { message: string }): Promise<boolean> {
  return verifyHashSignature({ ...signed, hash: hashMessage(message) })
}

/** The same for EIP-712 typed data. Throws `dependency_unavailable` as above. */
export function verifyTypedDataSignature({
  typedData,
  ...signed
}: Signed & { typedData: TypedDataDefinition }): Promise<boolean> {
  return verifyHashSignature({ ...signed, hash: hashTypedData(typedData) })
}

async function verifyHashSignature({
  address,
  hash,
  signature,
  clients = rpc(),
}: SignedHash): Promise<boolean> {
  if (await isSignedByKeyOf({ address, hash, signature })) return true
  return orUnavailable(async () => {
    const code = await clients.any.getCode({ address })
    // Without code and without a wrapper that says how to deploy it, only the key could have signed.
    if (!code && !isErc6492Signature(signature)) return false
    return verifyByCall(clients.any, { address, hash, signature })
  })
}

// viem answers false for every call that failed, a rate limit included. A "no" counts only as a revert or as the validator's word.
async function verifyByCall(client: RpcClient, signed: Omit<SignedHash, 'clients'>): Promise<boolean> {
  let lost: unknown
  const call = async (args: CallParameters): Promise<CallReturnType> => {
    try {
      const answer = await client.call(args)
      if (answer.data === undefined) lost ??= new ChainError('incomplete', 'the validator answered nothing')
      return answer
    } catch (error) {
      if (!isReverted(error)) lost ??= error
      throw error
    }
  }
  const watched = { ...client, call }
  const isValid = await verifyHash(watched, signed).catch((error: unknown) => {
    if (error instanceof BaseError) throw error
    // No call failed: it is a wrapper around nothing that can be read.
    return false
  })
  if (!isValid && lost !== undefined) throw lost
  return isValid
}

/** Whether the chain has run the call and it failed, as opposed to a node that did not run it. */
function isReverted(error: unknown): boolean {
  return error instanceof BaseError && error.walk((cause) => cause instanceof ExecutionRevertedError) !== null
}

async function isSignedByKeyOf({ address, hash, signature }: Omit<SignedHash, 'clients'>) {
  if (signature.length !== 132) return false
  try {
    return isAddressEqual(address, await recoverSigner({ hash, signature }))
  } catch {
    return false
  }
}
