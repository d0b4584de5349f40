import { type Address, type Hex, isAddressEqual, numberToHex, serializeSignature } from 'viem'
import { recoverSigner } from '@/server/chain'

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
/** Before the point of an uncompressed public key in SPKI: 0x04. */
const UNCOMPRESSED = 4
const POINT_BYTES = 65

/**
 * A DER signature of ECDSA over secp256k1 as Ethereum takes it: s in the lower half and the v that recovers the address. Null when
 * it is no such signature or of another key.
 */
export async function readDerSignature({
  der,
  digest,
  address,
}: {
  der: Uint8Array
  digest: Hex
  address: Address
}): Promise<Hex | null> {
  const numbers = readNumbers(der)
  if (!numbers) return null
  const [r, highOrLowS] = numbers
  const s = highOrLowS > ORDER / 2n ? ORDER - highOrLowS : highOrLowS
  for (const yParity of [0, 1] as const) {
    const signature = serializeSignature({
      r: numberToHex(r, { size: 32 }),
      s: numberToHex(s, { size: 32 }),
      yParity,
    })
    const signer = await recoverSigner({ hash: digest, signature }).catch(() => null)
    if (signer && isAddressEqual(signer, address)) return signature
  }
  return null
}

/** The uncompressed point at the end of a secp256k1 key in SPKI (DER), or null. */
export function readPublicPoint(spki: Uint8Array): Uint8Array | null {
  const point = spki.subarray(-POINT_BYTES)
  return point.length === POINT_BYTES && point[0] === UNCOMPRESSED ? point : null
}

/** r and s of `30 len 02 len r 02 len s`; they are below 2^256, so that every length is one byte. */
function readNumbers(der: Uint8Array): [bigint, bigint] | null {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return null
  const r = readInteger(der, 2)
  const s = r && readInteger(der, r.end)
  if (!r || !s || s.end !== der.length) return null
  const isInRange = (value: bigint) => value > 0n && value < ORDER
  return isInRange(r.value) && isInRange(s.value) ? [r.value, s.value] : null
}

function readInteger(der: Uint8Array, at: number): { value: bigint; end: number } | null {
  const length = der[at + 1]
  if (der[at] !== 0x02 || !length || length > 33 || at + 2 + length > der.length) return null
  const bytes = Buffer.from(der.subarray(at + 2, at + 2 + length))
  return { value: BigInt(`0x${bytes.toString('hex')}`), end: at + 2 + length }
}
