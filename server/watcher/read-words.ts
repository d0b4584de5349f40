import type { Hex } from 'viem'
import { type StoredAddress, storedAddress } from '@/domain/address'
import { ChainError, type WatchedLog } from '@/server/chain'

const WORD_DIGITS = 64

type Words = { topics: readonly Hex[]; words: readonly bigint[] }

/**
 * The indexed arguments and the data of an event whose arguments are all one word wide. viem's decoder hashes the signature
 * and checksums every address of every log, which is most of a backfill's time; the tests compare the two. Throws
 * `incomplete` for a log of another shape.
 */
export function readWords(log: WatchedLog, shape: { topics: number; words: number }): Words {
  const [, ...topics] = log.topics
  if (topics.length !== shape.topics || log.data.length !== 2 + shape.words * WORD_DIGITS) {
    throw new ChainError(
      'incomplete',
      `log ${log.logIndex} of block ${log.blockNumber} has an unexpected shape`,
    )
  }
  const words = Array.from({ length: shape.words }, (_, index) => {
    const start = 2 + index * WORD_DIGITS
    return BigInt(`0x${log.data.slice(start, start + WORD_DIGITS)}`)
  })
  return { topics, words }
}

export function wordAt(words: readonly bigint[], index: number): bigint {
  const word = words[index]
  if (word === undefined) throw new RangeError(`the log has no word ${index}`)
  return word
}

/** The address in an indexed argument. */
export function addressAt(topics: readonly Hex[], index: number): StoredAddress {
  const topic = topics[index]
  if (topic === undefined) throw new RangeError(`the log has no indexed argument ${index}`)
  return storedAddress(`0x${topic.slice(-40)}`)
}
