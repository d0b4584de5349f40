import type { DefaultSecretView, WebhookSecretView } from '@/domain/webhook'
import { type Actor, recordAudit } from '@/server/audit'
import { inTransaction } from '@/server/core/db'
import { readDefaultSecret, replaceDefaultSecret } from './default-secret-repository'
import { newWebhookSecret, sealWebhookSecret } from './webhook-secret'
import { toDefaultSecretView } from './webhook-view'

/** Since when the secret for payouts' own addresses signs; the secret itself is never shown again. */
export async function getDefaultSecret({ workspaceId }: { workspaceId: string }): Promise<DefaultSecretView> {
  return toDefaultSecretView(await readDefaultSecret(workspaceId))
}

/** Answers a new secret for payouts' own addresses, once; the former signs beside it for a day. */
export async function rotateDefaultSecret({
  actor,
  workspaceId,
}: {
  actor: Actor
  workspaceId: string
}): Promise<WebhookSecretView> {
  const secret = newWebhookSecret()
  const sealedSecret = await sealWebhookSecret(secret, workspaceId)
  const row = await inTransaction(async (client) => {
    const made = await replaceDefaultSecret(client, { workspaceId, sealedSecret })
    await recordAudit(client, { actor, action: 'webhook.secret_rotated', workspaceId, target: 'payouts' })
    return made
  })
  return { secret, previousSecretEndsAt: row?.previousEndsAt?.toISOString() ?? null }
}
