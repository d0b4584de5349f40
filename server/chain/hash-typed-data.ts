import {
  domainSeparator,
  type Hex,
  hashTypedData as hashByViem,
  isAddress,
  keccak256,
  type TypedDataDefinition,
} from 'viem'
import { RECEIVE_TYPES, TRANSFER_TYPES } from '@/domain/usdc-authorization'

/** By the very object that a builder gives as `types`: no other can spell another struct under a known name. The hashes are EIP-3009's. */
const KNOWN = new Map<unknown, { primaryType: string; typeHash: string }>([
  [
    TRANSFER_TYPES,
    {
      primaryType: 'TransferWithAuthorization',
      typeHash: '7c7c6cdb67a18743f49ec6fa9b35f50d52ed05cbed4cc592e13b44501c1a2267',
    },
  ],
  [
    RECEIVE_TYPES,
    {
      primaryType: 'ReceiveWithAuthorization',
      typeHash: 'd099cc98ef71107a616c4f0f941f04c322d8e254fe26b3c6668db87aae413de8',
    },
  ],
])
const HIGHEST_UINT = 2n ** 256n - 1n

type Domain = NonNullable<TypedDataDefinition['domain']>

/**
 * The EIP-712 digest that viem's `hashTypedData` gives. EIP-3009 authorizations need 3 permutations of Keccak here instead of 9; whatever else it
 * is, or is malformed, is viem's to hash or to refuse.
 */
export function hashTypedData(typedData: TypedDataDefinition): Hex {
  const struct = encodeAuthorization(typedData)
  if (!struct || !typedData.domain) return hashByViem(typedData)
  const parts = ['1901', separatorOf(typedData.domain), keccak256(struct).slice(2)]
  return keccak256(Buffer.from(parts.join(''), 'hex'))
}

let latest: { domain: Domain; separator: string } | undefined

/** Of the last domain alone: a deployment pays in one token, and a payee's that differs is only slower. */
function separatorOf(domain: Domain): string {
  if (!latest || !isSameDomain(latest.domain, domain)) {
    latest = { domain: { ...domain }, separator: domainSeparator({ domain }).slice(2) }
  }
  return latest.separator
}

function isSameDomain(a: Domain, b: Domain): boolean {
  return (
    a.name === b.name &&
    a.version === b.version &&
    a.chainId === b.chainId &&
    a.verifyingContract === b.verifyingContract &&
    a.salt === b.salt
  )
}

function encodeAuthorization({ types, primaryType, message }: TypedDataDefinition): Buffer | null {
  const known = KNOWN.get(types)
  if (known?.primaryType !== primaryType) return null
  const words = [
    known.typeHash,
    addressWord(message.from),
    addressWord(message.to),
    uintWord(message.value),
    uintWord(message.validAfter),
    uintWord(message.validBefore),
    bytesWord(message.nonce),
  ]
  return words.includes(null) ? null : Buffer.from(words.join(''), 'hex')
}

const addressWord = (value: unknown) =>
  typeof value === 'string' && isAddress(value) ? value.slice(2).padStart(64, '0') : null
const uintWord = (value: unknown) =>
  typeof value === 'bigint' && value >= 0n && value <= HIGHEST_UINT
    ? value.toString(16).padStart(64, '0')
    : null
const bytesWord = (value: unknown) =>
  typeof value === 'string' && /^0x[0-9a-fA-F]{64}$/.test(value) ? value.slice(2) : null
