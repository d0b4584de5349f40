import type { PaymentPayload, PaymentRequirements } from '@x402/core/types'
import type { DuePayment } from './due-payment-repository'

export const SCHEMES = ['exact', 'upto'] as const
/** `exact` moves the signed amount by EIP-3009, `upto` at most the signed amount by Permit2; Bursar always settles all of it. */
export type Scheme = (typeof SCHEMES)[number]

export type FacilitatorName = 'relayer' | 'url' | 'cdp'

export type Verdict = { isValid: true } | { isValid: false; reason: string; message?: string | undefined }

/**
 * Who checks and sends x402 payments. `settle` only sets the settlement going: what became of it is read from the chain's own
 * logs, whatever a facilitator answers.
 */
export type Facilitator = {
  name: FacilitatorName
  /** What it adds to `extra`, one entry for each way it can be paid through, the advertised one first; none when it does not serve the scheme. */
  offer: (scheme: Scheme) => Promise<Record<string, string>[]>
  /** Throws `dependency_unavailable` when it cannot know. */
  verify: (payment: PaymentPayload, requirements: PaymentRequirements) => Promise<Verdict>
  /** Answers whether it may be on its way now; false when it can only wait. */
  settle: (due: DuePayment) => Promise<boolean>
}
