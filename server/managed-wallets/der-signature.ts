import { type Address, type Hex, isAddressEqual, numberToHex, serializeSignature } from 'viem'
import { recoverSigner } from '@/server/chain'

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
/** Up to the point of an uncompressed public key in SPKI: id-ecPublicKey on secp256k1 (1.3.132.0.10), then a bit string that begins with 0x04. */
const SPKI_OF_SECP256K1 = Buffer.from('3056301006072a8648ce3d020106052b8104000a03420004', 'hex')
const POINT_BYTES = 65

/** A signature of ECDSA over secp256k1 as Ethereum takes it: s in the lower half and the v that recovers the address. Null when it is of another key. */
export async function signatureOf({
  numbers: [r, highOrLowS],
  digest,
  address,
}: {
  numbers: SignatureNumbers
  digest: Hex
  address: Address
}): Promise<Hex | null> {
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

/** The uncompressed point of a key in SPKI (DER); null for a key of another algorithm, curve or form. */
export function readPublicPoint(spki: Uint8Array): Uint8Array | null {
  const isOfCurve = SPKI_OF_SECP256K1.equals(spki.subarray(0, SPKI_OF_SECP256K1.length))
  return isOfCurve && spki.length === SPKI_OF_SECP256K1.length - 1 + POINT_BYTES
    ? spki.subarray(-POINT_BYTES)
    : null
}

/** r and s. */
type SignatureNumbers = readonly [bigint, bigint]

/** Of `30 len 02 len r 02 len s`, or null; both are below 2^256, so that every length is one byte. */
export function readDerSignature(der: Uint8Array): SignatureNumbers | null {
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
