import { AppError } from '@/server/core/app-error'
import { findServedApi } from './priced-api-repository'
import { unsealHeaderValue } from './secret-header'

/** What a call needs to know of the API it pays for. */
export type ServedApi = {
  id: string
  workspaceId: string
  slug: string
  name: string
  upstreamUrl: string
  /** Micro USDC for one call. */
  price: bigint
  timeoutSeconds: number
  secretHeader: Record<string, string>
}

/** The API behind a slug. Throws `not_found` for one that is unknown, removed or switched off, `upstream_failed` when its secret cannot be opened. */
export async function getServedApi(slug: string): Promise<ServedApi> {
  const row = await findServedApi(slug)
  if (!row) throw new AppError('not_found', 'There is no such priced API.')
  const { id, workspaceId, name, upstreamUrl, price, timeoutSeconds } = row
  const secretHeader = await openSecret(row)
  return { id, workspaceId, slug, name, upstreamUrl, price, timeoutSeconds, secretHeader }
}

type Sealed = { id: string; secretHeaderName: string | null; sealedSecretHeaderValue: string | null }

async function openSecret({
  id,
  secretHeaderName,
  sealedSecretHeaderValue: sealed,
}: Sealed): Promise<Record<string, string>> {
  if (secretHeaderName === null || sealed === null) return {}
  const value = await unsealHeaderValue({ apiId: id, sealed })
  if (value === null) {
    throw new AppError(
      'upstream_failed',
      'The owner of this API has to enter its secret header again. Nothing was charged.',
      { details: { refunded: false } },
    )
  }
  return { [secretHeaderName.toLowerCase()]: value }
}
