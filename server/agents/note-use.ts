import { log } from '@/server/core/log'
import { touchTokens } from './caller-repository'

/** A token's last use is written at most this often by one process. */
const EVERY_MILLISECONDS = 60_000
// What is used within one second is written by one statement.
const GATHER_MILLISECONDS = 1_000
// Forgetting costs one further write for each token.
const MAX_REMEMBERED = 50_000

const writtenAt = new Map<string, number>()
let gathered = new Set<string>()

/** Remembers that a token was used; the write follows by itself and delays no request. */
export function noteUse(tokenId: string): void {
  const at = Date.now()
  if (at - (writtenAt.get(tokenId) ?? 0) < EVERY_MILLISECONDS) return
  if (writtenAt.size >= MAX_REMEMBERED) writtenAt.clear()
  writtenAt.set(tokenId, at)
  if (gathered.size === 0) setTimeout(write, GATHER_MILLISECONDS).unref()
  gathered.add(tokenId)
}

function write(): void {
  const tokenIds = [...gathered]
  gathered = new Set()
  touchTokens(tokenIds).catch((error: unknown) => {
    log.warn(
      { reason: error instanceof Error ? error.message : 'unknown' },
      'the last use of tokens was not written',
    )
  })
}
