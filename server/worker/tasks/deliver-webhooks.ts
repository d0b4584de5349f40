import { createWebhookSender } from '@/server/webhooks'

const sender = createWebhookSender()

/** Sends for as long as the worker lives. */
export const deliverWebhooks = sender.run

/** Somebody waits for an answer, such as of a test event. */
export async function deliverWebhooksTask(): Promise<void> {
  sender.wake()
}
