import { z } from 'zod'
import type { StoredAddress } from '@/domain/address'
import type { MembershipView } from '@/domain/workspace'
import { AppError } from '@/server/core/app-error'
import { isMember, readMembershipPage } from './workspace-repository'

/** Pages of a person's workspaces hold at most this many; nobody was ever seen in more. */
const ALL = 100

const idSchema = z.uuid()

type Asked = { address: StoredAddress; cursor?: string | undefined; limit?: number | undefined }

/** The workspaces a person is in, oldest first; `cursor` is the last id of the page before. Throws `invalid_cursor`. */
export async function listWorkspaces({ address, cursor, limit = ALL }: Asked): Promise<{
  workspaces: MembershipView[]
  nextCursor: string | null
}> {
  if (cursor !== undefined && !(await isKnown({ address, cursor }))) {
    throw new AppError('invalid_cursor', 'Start again without a cursor.', { param: 'cursor' })
  }
  const rows = await readMembershipPage({ address, after: cursor ?? null, take: limit + 1 })
  const workspaces = rows.slice(0, limit)
  return { workspaces, nextCursor: rows.length > limit ? (workspaces.at(-1)?.id ?? null) : null }
}

async function isKnown({ address, cursor }: { address: StoredAddress; cursor: string }): Promise<boolean> {
  return idSchema.safeParse(cursor).success && isMember({ address, workspaceId: cursor })
}
