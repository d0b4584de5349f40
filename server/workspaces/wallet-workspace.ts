import type pg from 'pg'
import { checksummed, type StoredAddress } from '@/domain/address'
import { recordAudit } from '@/server/audit'
import { AppError } from '@/server/core/app-error'
import { pool } from '@/server/core/db'
import { findIdByWallet, insertWorkspace } from './workspace-repository'

// Each is tried in turn; the last holds 152 bits of the address.
const SLUG_DIGITS = [8, 16, 38]

type Opening = { address: StoredAddress; requestId: string | null }

/** The live workspace whose wallet this is, or null. */
export function findWalletWorkspace(address: StoredAddress): Promise<string | null> {
  return findIdByWallet(pool(), address)
}

/**
 * The workspace of a wallet, made if it has none, on the caller's transaction. Who may come in is asked before, with
 * `assertMaySignUp`. Throws `CONFLICT` when every slug of the address is taken.
 */
export async function openWalletWorkspace(
  client: pg.PoolClient,
  { address, requestId }: Opening,
): Promise<string> {
  const known = await findIdByWallet(client, address)
  if (known) return known
  const shown = checksummed(address)
  const name = `Wallet ${shown.slice(0, 6)}…${shown.slice(-4)}`
  for (const digits of SLUG_DIGITS) {
    const slug = `w-${address.slice(2, 2 + digits)}`
    const row = await insertWorkspace(client, { input: { slug, name, roles: ['CONSUMER'] }, owner: address })
    if (row) {
      const details = { slug, name, roles: row.roles }
      const actor = { address, requestId }
      await recordAudit(client, {
        actor,
        action: 'workspace.created',
        workspaceId: row.id,
        target: row.id,
        details,
      })
      return row.id
    }
    // Another request may have made it meanwhile; its row is visible now.
    const made = await findIdByWallet(client, address)
    if (made) return made
  }
  throw new AppError(
    'CONFLICT',
    'No slug is free for this wallet. Create its workspace in the console first.',
  )
}
