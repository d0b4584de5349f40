import { Webhook } from 'standardwebhooks'

/** The headers of one try. `secrets` are the current one and those that it replaced a short while ago. */
export function signMessage({
  messageId,
  body,
  secrets,
  at,
}: {
  messageId: string
  body: string
  secrets: readonly string[]
  at: Date
}): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'Bursar-Webhooks/1',
    'webhook-id': messageId,
    'webhook-timestamp': Math.floor(at.getTime() / 1000).toString(),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(messageId, at, body)).join(' '),
  }
}

/** The `webhook-id` of an event: the same at each try, to each address and when it is sent again. */
export function messageIdOf(eventId: string): string {
  return `msg_${eventId}`
}
