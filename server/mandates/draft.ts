import { randomBytes } from 'node:crypto'
import { checksummed } from '@/domain/address'
import type { MandateIntent } from '@/domain/mandate'
import { AppError } from '@/server/core/app-error'

/** The row of what was asked for, under a fresh id. Throws `unsupported_asset` for another currency than USDC. */
export function draftOf(intent: MandateIntent, requestId: string | null) {
  if (intent.currency !== 'USDC') {
    throw new AppError('unsupported_asset', `Mandates are in USDC, not in ${intent.currency}.`, {
      param: 'intent.currency',
    })
  }
  const recipients = intent.recipientAllowlist ?? []
  return {
    id: `m_${randomBytes(16).toString('hex')}`,
    naturalLanguage: intent.naturalLanguage,
    category: intent.category,
    currency: intent.currency,
    limitAmount: intent.limitAmount,
    maxAmountPerTx: intent.maxAmountPerTx ?? null,
    recipients,
    checksums: recipients.map(checksummed),
    hosts: intent.hostAllowlist,
    periodSeconds: intent.period?.seconds ?? null,
    periodLimit: intent.period?.limit ?? null,
    validForSeconds: intent.validForSeconds,
    requestId,
  }
}
