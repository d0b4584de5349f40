import { type Hex, hexToBytes, keccak256 } from 'viem'

const BLOOM_BYTES = 256

type LogIdentity = { address: Hex; topics: readonly Hex[] }

/** Whether a block's `logsBloom` can contain this address or topic. "No" is certain, "yes" is not. */
export function isInBloom(bloom: Hex, item: Hex): boolean {
  return bitsOf(item).every((bit) => {
    // The bloom is a big-endian number of 2048 bits; a hex digit holds four of them.
    const digit = bloom.charCodeAt(2 + BLOOM_BYTES * 2 - 1 - (bit >> 2))
    return ((digit >= 97 ? digit - 87 : digit - 48) & (1 << (bit & 3))) !== 0
  })
}

/** The bloom of a set of logs, to be compared with a block's. */
export function bloomOf(logs: readonly LogIdentity[]): Hex {
  const bytes = new Uint8Array(BLOOM_BYTES)
  for (const item of new Set(logs.flatMap((log) => [log.address, ...log.topics]))) {
    for (const bit of bitsOf(item)) {
      const index = BLOOM_BYTES - 1 - (bit >> 3)
      bytes[index] = (bytes[index] ?? 0) | (1 << (bit & 7))
    }
  }
  return `0x${Buffer.from(bytes).toString('hex')}`
}

/**
 * How likely a bloom contains `items` other addresses and topics by accident. A busy block of Base sets nearly all bits,
 * and then its bloom says nothing.
 */
export function chanceOfAccident(bloom: Hex, items: number): number {
  let set = 0
  for (const byte of hexToBytes(bloom)) for (let rest = byte; rest > 0; rest >>= 1) set += rest & 1
  return (set / (BLOOM_BYTES * 8)) ** (3 * items)
}

// The same few addresses and topics are asked for at every block.
const cache = new Map<Hex, readonly number[]>()

/** The three bits of an item: the low 11 bits of each of the first three pairs of bytes of its hash. */
function bitsOf(item: Hex): readonly number[] {
  const known = cache.get(item)
  if (known) return known
  const hash = hexToBytes(keccak256(item))
  const bits = [0, 2, 4].map((at) => (((hash[at] ?? 0) << 8) | (hash[at + 1] ?? 0)) & 2047)
  if (cache.size < 4096) cache.set(item, bits)
  return bits
}
