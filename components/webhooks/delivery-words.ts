import type { WebhookDeliveryView } from '@/domain/webhook'

const REASONS: Record<string, string> = {
  refused: 'Its address is not on the public internet, so it was not called',
  unreachable: 'It could not be reached, or broke off',
  timed_out: 'It did not answer within 15 seconds',
  too_large: 'It answered too much',
  secret_unreadable: 'Its secret cannot be read: rotate it',
  endpoint_disabled: 'The endpoint was turned off before',
  endpoint_removed: 'The endpoint was removed before',
  status_410: 'It answered 410 Gone, which turned the endpoint off',
}

/** Why a try came to nothing, as a sentence without its stop. */
export function reasonWords(error: string): string {
  const known = REASONS[error]
  if (known) return known
  const status = /^status_(\d{3})$/.exec(error)?.[1]
  if (!status) return 'It failed'
  return status.startsWith('3')
    ? `It answered ${status}; redirects are not followed`
    : `It answered ${status}`
}

type State = { tone: 'active' | 'positive' | 'caution' | 'danger'; word: string; hint?: string }

/** What became of a delivery: a word, and a sentence where there is more to say. */
export function deliveryState(
  delivery: Pick<WebhookDeliveryView, 'status' | 'attempts' | 'lastError'>,
): State {
  const { status, attempts, lastError } = delivery
  if (status === 'delivered') return { tone: 'positive', word: 'Delivered' }
  const reason = lastError ? `${reasonWords(lastError)}. ` : ''
  if (status === 'failed')
    return { tone: 'danger', word: 'Failed', hint: `${reason}It is not tried again by itself.` }
  if (attempts === 0) return { tone: 'active', word: 'On its way', hint: 'It is sent within seconds.' }
  return { tone: 'caution', word: 'Retrying', hint: `${reason}It is tried again by itself.` }
}

/** JSON with line breaks for a reader; anything else as it is. */
export function prettyBody(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}
