import { AppError } from '@/server/core/app-error'
import type { Entry } from './balance-view'
import { type EntryRow, isEntryOf, selectCauses, selectEntries } from './entry-repository'

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/

/**
 * A page of what moved an agent's balance, newest first; `cursor` is the last id of the page before. Throws
 * `invalid_cursor` for one that is not this agent's.
 */
export async function listEntries({
  agentId,
  cursor,
  limit,
}: {
  agentId: string
  cursor?: string | undefined
  limit: number
}): Promise<{ entries: Entry[]; nextCursor: string | null }> {
  const before = cursor === undefined ? null : await getPosition({ agentId, cursor })
  const rows = await selectEntries({ agentId, before, limit: limit + 1 })
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    entries: await withCauses(page),
    nextCursor: rows.length > limit && last ? last.id.toString() : null,
  }
}

/** Adds what stands behind each entry: its charge, or its transaction on chain. */
export async function withCauses(rows: readonly EntryRow[]): Promise<Entry[]> {
  // A move's cause names the workspace and a key of the caller, not a row.
  const idOf = (row: EntryRow) => (row.kind === 'move' ? null : (UUID.exec(row.cause)?.[0] ?? null))
  const ids = [...new Set(rows.map(idOf).filter((id) => id !== null))]
  const causes = new Map((await selectCauses(ids)).map((cause) => [cause.id, cause]))
  return rows.map((row) => ({ row, cause: causes.get(idOf(row) ?? '') ?? null }))
}

async function getPosition({ agentId, cursor }: { agentId: string; cursor: string }): Promise<bigint> {
  const id = /^\d{1,18}$/.test(cursor) ? BigInt(cursor) : null
  if (id !== null && (await isEntryOf({ agentId, id }))) return id
  throw new AppError('invalid_cursor', 'The cursor is not an entry of this agent. Start again without it.', {
    param: 'cursor',
  })
}
