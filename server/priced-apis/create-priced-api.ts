import { randomUUID } from 'node:crypto'
import { type CreatePricedApiInput, MAX_PRICED_APIS, type PricedApiView } from '@/domain/priced-api'
import { type Actor, recordAudit } from '@/server/audit'
import { AppError } from '@/server/core/app-error'
import { inTransaction } from '@/server/core/db'
import { assertPublicTarget } from '@/server/outbound'
import { countPricedApis, insertPricedApi } from './priced-api-repository'
import { toPricedApiView } from './priced-api-view'
import { sealHeaderValue } from './secret-header'

/**
 * Registers an upstream that agents pay for by the call. Throws `target_refused`, `CONFLICT` for a slug that is or was
 * another's, `INVALID_STATE` beyond 100 APIs.
 */
export async function createPricedApi({
  actor,
  workspaceId,
  input,
}: {
  actor: Actor
  workspaceId: string
  input: CreatePricedApiInput
}): Promise<PricedApiView> {
  const { slug, name, timeoutSeconds, secretHeader } = input
  const { href: upstreamUrl } = await assertPublicTarget(input.upstreamUrl, { param: 'upstreamUrl' })
  const id = randomUUID()
  const api = {
    id,
    workspaceId,
    slug,
    name,
    upstreamUrl,
    price: BigInt(input.priceMicroUsdc),
    timeoutSeconds,
    secretHeaderName: secretHeader?.name ?? null,
    sealedSecretHeaderValue: secretHeader
      ? await sealHeaderValue({ apiId: id, value: secretHeader.value })
      : null,
    createdBy: actor.address,
  }
  const row = await inTransaction(async (client) => {
    const made = await insertPricedApi(client, api)
    if (!made) return null
    await recordAudit(client, {
      actor,
      action: 'priced_api.created',
      workspaceId,
      target: id,
      details: {
        slug,
        name,
        upstreamUrl,
        price: input.priceMicroUsdc,
        secretHeaderName: api.secretHeaderName,
      },
    })
    return made
  })
  if (row) return toPricedApiView(row)
  if ((await countPricedApis(workspaceId)) >= MAX_PRICED_APIS) {
    throw new AppError(
      'INVALID_STATE',
      `A workspace has at most ${MAX_PRICED_APIS} priced APIs: remove one first.`,
    )
  }
  throw new AppError('CONFLICT', `The slug "${slug}" is taken. Choose another.`, {
    param: 'slug',
    details: { field: 'slug' },
  })
}
