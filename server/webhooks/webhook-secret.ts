import { randomBytes } from 'node:crypto'
import { seal, unseal } from '@/server/core/sealing'

const purpose = 'webhook secrets'
/** So many unsealed secrets are kept in memory: an endpoint gets many messages. */
const KEPT = 2_000

const unsealed = new Map<string, string>()

/** A new signing secret as Standard Webhooks writes it: `whsec_` and the base64 of 32 random bytes. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`
}

/** Seals it for its endpoint, or for its workspace: moved to another row it does not open. */
export function sealWebhookSecret(secret: string, owner: string): Promise<string> {
  return seal(secret, { purpose, owner })
}

/** The secret, or null when it was sealed under another SESSION_SECRET or for another owner. */
export async function unsealWebhookSecret(sealed: string, owner: string): Promise<string | null> {
  const key = `${owner} ${sealed}`
  const known = unsealed.get(key)
  if (known) return known
  const secret = await unseal(sealed, { purpose, owner })
  if (secret === null) return null
  if (unsealed.size >= KEPT) unsealed.clear()
  unsealed.set(key, secret)
  return secret
}
