import { forgetOldEvents } from '@/server/webhooks'

export async function forgetWebhooksTask(): Promise<void> {
  await forgetOldEvents()
}
