import { insertDefaultSecret } from './default-secret-repository'
import { newWebhookSecret, sealWebhookSecret } from './webhook-secret'

/** The workspace's sealed default secret, made when its first payout with a `webhookUrl` needs it. */
export async function ensureDefaultSecret(workspaceId: string): Promise<string> {
  return insertDefaultSecret({
    workspaceId,
    sealedSecret: await sealWebhookSecret(newWebhookSecret(), workspaceId),
  })
}
