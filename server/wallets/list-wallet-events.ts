import { z } from 'zod'
import type { EventKind } from '@/domain/event-kinds'
import type { WalletEventView } from '@/domain/wallet'
import { AppError } from '@/server/core/app-error'
import { getWorkspaceWallet } from './get-workspace-wallet'
import { findPosition, selectEvents } from './wallet-repository'
import { buildWalletEventView } from './wallet-view'

const idSchema = z.uuid()

/**
 * A page of final events, newest first by block, log index and id. `cursor` is the last id of the page before; events that
 * arrive meanwhile never shift a page. Throws `not_found`, and `invalid_cursor` for an id that is not of this wallet.
 */
export async function listWalletEvents({
  workspaceId,
  kinds,
  cursor,
  limit,
}: {
  workspaceId: string
  kinds?: readonly EventKind[] | undefined
  cursor?: string | undefined
  limit: number
}): Promise<{ events: WalletEventView[]; nextCursor: string | null }> {
  const { chainId, account } = await getWorkspaceWallet(workspaceId)
  const after = cursor === undefined ? null : await getPosition({ chainId, account, id: cursor })
  const rows = await selectEvents({
    chainId,
    account,
    kinds: kinds && kinds.length > 0 ? kinds : null,
    after,
    limit: limit + 1,
  })
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    events: page.map((row) => buildWalletEventView(workspaceId, row)),
    nextCursor: rows.length > limit && last ? last.id : null,
  }
}

async function getPosition(of: Parameters<typeof findPosition>[0]) {
  const position = idSchema.safeParse(of.id).success ? await findPosition(of) : null
  if (position) return position
  throw new AppError('invalid_cursor', 'The cursor is not an event of this wallet. Start again without it.', {
    param: 'cursor',
  })
}
