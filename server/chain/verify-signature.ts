import { type Hex, hashMessage, hashTypedData, isAddressEqual, type TypedDataDefinition } from 'viem'
import { isErc6492Signature } from 'viem/utils'
import { orUnavailable } from './chain-error'
import { rpc } from './rpc'
import { recoverSigner } from './secp256k1'

type Signed = { address: `0x${string}`; signature: Hex }
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

async function verifyHashSignature({ address, hash, signature }: SignedHash): Promise<boolean> {
  if (await isSignedByKeyOf({ address, hash, signature })) return true
  return orUnavailable(async () => {
    const client = rpc().any
    const code = await client.getCode({ address })
    // Without code and without a wrapper that says how to deploy it, only the key could have signed.
    if (!code && !isErc6492Signature(signature)) return false
    if (await client.verifyHash({ address, hash, signature })) return true
    // viem answers false for a call that failed in transport as well; a "no" counts only from a node that answers.
    await client.getChainId()
    return false
  })
}

async function isSignedByKeyOf({ address, hash, signature }: SignedHash) {
  if (signature.length !== 132) return false
  try {
    return isAddressEqual(address, await recoverSigner({ hash, signature }))
  } catch {
    return false
  }
}
