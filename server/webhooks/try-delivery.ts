import { TEST_EVENT_TYPE } from '@/domain/webhook'
import { now } from '@/server/core/clock'
import { type OutboundAnswer, OutboundError } from '@/server/outbound'
import { ensureDefaultSecret } from './ensure-default-secret'
import type { ClaimedDelivery, TryResult } from './queue-repository'
import { retryDelay } from './retry-delay'
import { messageIdOf, signMessage } from './sign-message'
import { unsealWebhookSecret } from './webhook-secret'

/** How strangers are called: `fetchOutbound`. */
export type CallStranger = (
  url: string,
  init: { method: 'POST'; headers: Record<string, string>; body: Uint8Array },
  limits: { timeoutMilliseconds: number; maxResponseBytes: number; isCut: boolean },
) => Promise<OutboundAnswer>

const LIMITS = { timeoutMilliseconds: 15_000, maxResponseBytes: 2_048, isCut: true }

type Answer = Pick<TryResult, 'status' | 'body' | 'error'>

/** Signs and sends a delivery once, and says what follows from the answer. Never throws. */
export async function tryDelivery(delivery: ClaimedDelivery, call: CallStranger): Promise<TryResult> {
  const startedAt = performance.now()
  const secrets = await readSecrets(delivery).catch(() => [])
  const messageId = messageIdOf(delivery.eventId)
  // A receiver refuses an old timestamp, so each try is signed anew; its id stays.
  const headers = signMessage({ messageId, body: delivery.body, secrets, at: now() })
  const answer: Answer =
    secrets.length === 0
      ? { status: null, body: null, error: 'secret_unreadable' }
      : await send({ delivery, headers, call })
  return {
    id: delivery.id,
    attempts: delivery.attempts,
    isTest: delivery.type === TEST_EVENT_TYPE,
    requestHeaders: headers,
    milliseconds: Math.round(performance.now() - startedAt),
    ...answer,
    ...judge(delivery, answer),
  }
}

/** 2xx is delivered, 410 ends it, anything else is tried again: a redirect is not followed and counts as a failure. */
function judge(
  { type, attempts }: ClaimedDelivery,
  { status, error }: Answer,
): Pick<TryResult, 'outcome' | 'retrySeconds'> {
  if (error === null) return { outcome: 'delivered', retrySeconds: null }
  if (status === 410) return { outcome: 'gone', retrySeconds: null }
  // A person watches a test: it is tried once.
  const retrySeconds = type === TEST_EVENT_TYPE ? null : retryDelay(attempts + 1)
  return { outcome: retrySeconds === null ? 'failed' : 'retry', retrySeconds }
}

type Sending = { delivery: ClaimedDelivery; headers: Record<string, string>; call: CallStranger }

async function send({ delivery, headers, call }: Sending): Promise<Answer> {
  try {
    const bytes = new TextEncoder().encode(delivery.body)
    const { status, body } = await call(delivery.url, { method: 'POST', headers, body: bytes }, LIMITS)
    const isOk = status >= 200 && status < 300
    return { status, body: toText(body), error: isOk ? null : `status_${status}` }
  } catch (error) {
    return { status: null, body: null, error: error instanceof OutboundError ? error.reason : 'unreachable' }
  }
}

/** PostgreSQL keeps no NUL in a text. */
function toText(body: Uint8Array): string {
  return new TextDecoder().decode(body).replaceAll('\u0000', '\ufffd')
}

async function readSecrets(delivery: ClaimedDelivery): Promise<string[]> {
  const owner = delivery.endpointId ?? delivery.workspaceId
  const current = delivery.sealedSecret ?? (await ensureDefaultSecret(delivery.workspaceId))
  const sealed = [current, ...delivery.sealedFormerSecrets]
  const secrets = await Promise.all(sealed.map((text) => unsealWebhookSecret(text, owner)))
  return secrets.filter((secret) => secret !== null)
}
