import type pg from 'pg'
import { checksummed, type StoredAddress } from '@/domain/address'
import { type Lookalike, nameKey } from '@/domain/address-book'
import { AppError } from '@/server/core/app-error'
import { describeRecipient } from './describe-recipient'
import { readNames } from './entry-repository'

type Of = { workspaceId: string; address: StoredAddress }

/**
 * Throws `CONFLICT` when the address has a name, or another address has this one: names that differ only in case, width or
 * spaces are one name. Holds until the transaction ends, when the book is locked before.
 */
export async function assertNameFree(
  client: pg.PoolClient,
  { workspaceId, address, name }: Of & { name: string },
): Promise<void> {
  const names = await readNames(client, workspaceId)
  const own = names.find((entry) => entry.address === address)
  if (own) {
    throw new AppError('CONFLICT', `${checksummed(address)} is in the address book as "${own.name}".`, {
      param: 'address',
      details: { name: own.name },
    })
  }
  assertNotAnothers(names, { address, name })
}

/** The same for another name of an entry that is there. */
export async function assertRenamable(
  client: pg.PoolClient,
  { workspaceId, address, name }: Of & { name: string },
): Promise<void> {
  assertNotAnothers(await readNames(client, workspaceId), { address, name })
}

function assertNotAnothers(
  names: readonly { address: StoredAddress; name: string }[],
  { address, name }: { address: StoredAddress; name: string },
): void {
  const key = nameKey(name)
  const taken = names.find((entry) => entry.address !== address && nameKey(entry.name) === key)
  if (!taken) return
  throw new AppError(
    'CONFLICT',
    `"${taken.name}" is the name of ${checksummed(taken.address)}. Two addresses of one name could be taken for each other: choose another name.`,
    { param: 'name', details: { name: taken.name, address: checksummed(taken.address) } },
  )
}

/**
 * The known addresses that this one could be taken for. Throws `lookalike_recipient` with them while there are some and the
 * person has not said that they were compared.
 */
export async function assertLookalikesAccepted(
  client: pg.PoolClient,
  { isAccepted, ...of }: Of & { isAccepted: boolean },
): Promise<Lookalike[]> {
  const { lookalikes } = await describeRecipient(of, client)
  if (lookalikes.length === 0 || isAccepted) return lookalikes
  throw new AppError(
    'lookalike_recipient',
    `${checksummed(of.address)} could be taken for ${lookalikes.map((known) => known.name ?? known.address).join(', ')}. Compare every digit with what the recipient gave you, then add it with isLookalikeAccepted.`,
    { param: 'address', details: { lookalikes } },
  )
}
