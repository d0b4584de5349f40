import { hash } from 'node:crypto'
import type { AgentCaller } from './caller-repository'

/** What a read may lag behind a revocation made by another process. */
export const READ_LAG_MILLISECONDS = 1_000
/** What a call may lag whose own statement checks agent and token: the look-up then only says who it is. */
export const CHECKED_LAG_MILLISECONDS = 60_000
// An entry is about 300 bytes.
const MAX_ENTRIES = 20_000
// Credentials that once verified, so that rate limits know them without asking the database.
const MAX_KNOWN = 50_000

type Entry = { foundAt: number; caller: Promise<AgentCaller | null> }

const entries = new Map<string, Entry>()
const known = new Map<string, string>()

function keyOf(bearer: string): string {
  return hash('sha256', bearer, 'base64url')
}

/** The caller of a bearer as found at most so long ago; requests that come at the same time share one look-up. */
export async function rememberCaller(
  bearer: string,
  lagMilliseconds: number,
  find: () => Promise<AgentCaller | null>,
): Promise<AgentCaller | null> {
  const key = keyOf(bearer)
  const entry = entries.get(key)
  if (entry && entry.foundAt + lagMilliseconds > Date.now()) return entry.caller
  const fresh = { foundAt: Date.now(), caller: find() }
  if (entries.size >= MAX_ENTRIES) entries.clear()
  entries.set(key, fresh)
  const forget = () => {
    if (entries.get(key) === fresh) entries.delete(key)
  }
  try {
    const caller = await fresh.caller
    if (!caller) {
      forget()
      known.delete(key)
      return null
    }
    if (known.size >= MAX_KNOWN) known.clear()
    known.set(key, caller.tokenId)
    return caller
  } catch (error) {
    forget()
    throw error
  }
}

/** Whether the bearer spoke for an agent not long ago. It may have ended since. */
export function isKnownBearer(bearer: string): boolean {
  return known.has(keyOf(bearer))
}

/** Ends in this process at once what a person or a rotation ended; look-ups under way are not believed either. */
export function forgetCallers(): void {
  entries.clear()
}
