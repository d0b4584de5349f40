import { type StoredAddress, storedAddress } from './address'
import {
  multicall3Address,
  permit2Address,
  x402ExactPermit2ProxyAddress,
  x402UptoPermit2ProxyAddress,
} from './canonical-addresses'

const EVERYWHERE = new Map<StoredAddress, string>([
  [storedAddress(`0x${'0'.repeat(40)}`), 'the zero address'],
  [storedAddress(permit2Address), 'Permit2'],
  [storedAddress(multicall3Address), 'Multicall3'],
  [storedAddress(x402ExactPermit2ProxyAddress), 'the x402 proxy'],
  [storedAddress(x402UptoPermit2ProxyAddress), 'the x402 proxy'],
])

/** The name of an address where USDC belongs to nobody, or to whoever takes it first; null for all others. */
export function findLostAddress(
  address: StoredAddress,
  { usdc, settlement }: { usdc: StoredAddress; settlement: StoredAddress },
): string | null {
  if (address === usdc) return 'the USDC contract'
  if (address === settlement) return 'the settlement contract'
  return EVERYWHERE.get(address) ?? null
}
