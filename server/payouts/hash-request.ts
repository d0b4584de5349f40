import { hash } from 'node:crypto'
import { canonicalJson } from '@/domain/canonical-json'
import type { PayoutInput } from '@/domain/payout'
import type { Payer } from './payout-repository'

/**
 * SHA-256 of the RFC 8785 JSON of what must be the same for a repeat to be one: every parameter after its default. What a
 * mandate's refusal should lead to (`onMandateRefusal`) is no part of what is paid, and the caller's `agentId` is known.
 */
export function hashRequest(input: PayoutInput, payer: Payer): Buffer {
  const { toAddress, mandateId, bizId, currency, description, metadata, webhookUrl, ttlSeconds } = input
  const parameters = {
    toAddress,
    amount: input.amount.toString(),
    mandateId,
    bizId,
    network: input.network ?? payer.network,
    currency,
    assetAddress: input.assetAddress ?? payer.assetAddress,
    description,
    metadata,
    webhookUrl,
    ttlSeconds,
  }
  return hash('sha256', canonicalJson(parameters), 'buffer')
}
