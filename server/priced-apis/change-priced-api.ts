import type pg from 'pg'
import type { UpdatePricedApiInput } from '@/domain/priced-api'
import { type Actor, recordAudit } from '@/server/audit'
import { AppError } from '@/server/core/app-error'
import { inTransaction } from '@/server/core/db'
import { assertPublicTarget } from '@/server/outbound'
import { lockPricedApi, markRemoved, type PricedApiRow, updatePricedApiRow } from './priced-api-repository'
import { sealHeaderValue } from './secret-header'

type Changing = { actor: Actor; workspaceId: string; id: string }

/**
 * Changes what a priced API is called, calls and costs; the slug stays, since agents know it. Throws `not_found`,
 * `target_refused`, `invalid_request` when a kept secret would go to another origin than it was entered for.
 */
export async function updatePricedApi({
  input,
  ...changing
}: Changing & { input: UpdatePricedApiInput }): Promise<void> {
  const { href: upstreamUrl } = await assertPublicTarget(input.upstreamUrl, { param: 'upstreamUrl' })
  await change(changing, async (client, row) => {
    const secret = await chooseSecret({ row, input, upstreamUrl })
    const { name, timeoutSeconds } = input
    await updatePricedApiRow(client, {
      ...row,
      ...secret,
      name,
      timeoutSeconds,
      upstreamUrl,
      price: BigInt(input.priceMicroUsdc),
    })
    await recordAudit(client, {
      ...changing,
      action: 'priced_api.updated',
      target: row.id,
      details: {
        slug: row.slug,
        name,
        upstreamUrl,
        timeoutSeconds,
        price: input.priceMicroUsdc,
        secretHeaderName: secret.secretHeaderName,
        isSecretChanged: input.secretHeader !== 'keep',
      },
    })
  })
}

/** Lets agents call it, or answers them as if it did not exist. Throws `not_found`. */
export async function setPricedApiActive({
  isActive,
  ...changing
}: Changing & { isActive: boolean }): Promise<void> {
  await change(changing, async (client, row) => {
    if (row.isActive === isActive) return
    await updatePricedApiRow(client, { ...row, isActive })
    const action = isActive ? 'priced_api.activated' : 'priced_api.deactivated'
    await recordAudit(client, { ...changing, action, target: row.id, details: { slug: row.slug } })
  })
}

/** Removes it for good; its revenue stays. Throws `not_found`, `invalid_request` unless the slug was typed. */
export async function removePricedApi({
  confirmSlug,
  ...changing
}: Changing & { confirmSlug: string }): Promise<void> {
  await change(changing, async (client, row) => {
    if (confirmSlug !== row.slug) {
      throw new AppError('invalid_request', `Type "${row.slug}" to remove it.`, { param: 'confirmSlug' })
    }
    await markRemoved(client, row.id)
    await recordAudit(client, {
      ...changing,
      action: 'priced_api.removed',
      target: row.id,
      details: { slug: row.slug },
    })
  })
}

async function change(
  { workspaceId, id }: Changing,
  work: (client: pg.PoolClient, row: PricedApiRow) => Promise<void>,
): Promise<void> {
  await inTransaction(async (client) => {
    const row = await lockPricedApi(client, { workspaceId, id })
    if (!row) throw new AppError('not_found', 'There is no such priced API.')
    await work(client, row)
  })
}

type Choice = { row: PricedApiRow; input: UpdatePricedApiInput; upstreamUrl: string }
type Secret = Pick<PricedApiRow, 'secretHeaderName' | 'sealedSecretHeaderValue'>

async function chooseSecret({ row, input, upstreamUrl }: Choice): Promise<Secret> {
  const { secretHeader } = input
  if (secretHeader === null) return { secretHeaderName: null, sealedSecretHeaderValue: null }
  if (secretHeader !== 'keep') {
    const { name, value } = secretHeader
    return {
      secretHeaderName: name,
      sealedSecretHeaderValue: await sealHeaderValue({ apiId: row.id, value }),
    }
  }
  const { secretHeaderName, sealedSecretHeaderValue } = row
  if (secretHeaderName && new URL(row.upstreamUrl).origin !== new URL(upstreamUrl).origin) {
    // Who may change the address must not thereby learn a secret that somebody else entered.
    throw new AppError(
      'invalid_request',
      `Enter ${secretHeaderName} again: it was given to another server.`,
      {
        param: 'secretHeader',
      },
    )
  }
  return { secretHeaderName, sealedSecretHeaderValue }
}
