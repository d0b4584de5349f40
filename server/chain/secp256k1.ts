import { type Address, type Hex, hexToBytes, recoverAddress } from 'viem'
import { publicKeyToAddress, sign } from 'viem/accounts'

type Native = typeof import('secp256k1')

// The binding alone: where the package has none for the platform, viem's own arithmetic is used and not the package's.
const loading: Promise<Native | null> = import('secp256k1/bindings.js').then(
  ({ default: native }) => native,
  () => null,
)

/** Whether signatures are made and recovered by libsecp256k1 here. */
export async function hasNativeSecp256k1(): Promise<boolean> {
  return (await loading) !== null
}

/**
 * Signs 32 bytes with a private key: 65 bytes r, s, v with the nonce of RFC 6979 and s in the lower half, as viem's `sign` does.
 */
export async function signHash({ hash, privateKey }: { hash: Hex; privateKey: Hex }): Promise<Hex> {
  const native = await loading
  if (!native) return sign({ hash, privateKey, to: 'hex' })
  const { signature, recid } = native.ecdsaSign(hexToBytes(hash), hexToBytes(privateKey))
  return `0x${Buffer.from(signature).toString('hex')}${(27 + recid).toString(16)}`
}

/** The address whose key signed 32 bytes, as viem's `recoverAddress` does. Throws when nobody can have. */
export async function recoverSigner({ hash, signature }: { hash: Hex; signature: Hex }): Promise<Address> {
  const native = await loading
  const parity =
    native && signature.length === 132 ? PARITIES.get(signature.slice(130).toLowerCase()) : undefined
  if (!native || parity === undefined) return recoverAddress({ hash, signature })
  const point = native.ecdsaRecover(hexToBytes(signature).subarray(0, 64), parity, hexToBytes(hash), false)
  return publicKeyToAddress(`0x${Buffer.from(point).toString('hex')}`)
}

const PARITIES = new Map([
  ['00', 0],
  ['1b', 0],
  ['01', 1],
  ['1c', 1],
])
