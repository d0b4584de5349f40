import { isTimedOut } from '@/domain/payout-status'
import { readAuthorizations, readAuthorizationsAtFinal } from '@/server/chain'
import { AppError } from '@/server/core/app-error'
import { type CarrierRow, type ExecutionRow, findExecution, listCarriers } from './execution-repository'

/** What the chain says about an authorization now: `isUsed` at the head, `isUsedAtFinal` where nothing can take it back. */
export type AuthorizationOnChain = {
  isUsed: boolean
  isUsedAtFinal: boolean
  /** Past its end at a final block and unused there: nobody can ever use it. */
  isProvablyDead: boolean
  /** The chain's clock, Unix seconds. */
  headTime: bigint
  finalTime: bigint
}

/** What comes next by itself, and until when at the latest; null when only a person or the chain can say. */
export type NextStep = {
  what: 'sign' | 'send' | 'confirm' | 'finalize' | 'await_proof' | 'nothing'
  until: Date | null
}

export type PayoutExecution = {
  status: ExecutionRow['status']
  failureReason: string | null
  waitingFor: string | null
  nextTryAt: Date | null
  nonce: `0x${string}` | null
  /** Unix seconds. */
  validBefore: bigint | null
  /** Null before the signature, and while the chain does not answer. */
  onChain: AuthorizationOnChain | null
  transactions: CarrierRow[]
  next: NextStep
}

/**
 * Where a payout's execution is: every transaction that carried it, what it waits for, and what the chain says. The caller has
 * checked who may see it. Throws `not_found`.
 */
export async function getPayoutExecution({ payoutRowId }: { payoutRowId: string }): Promise<PayoutExecution> {
  const row = await findExecution(payoutRowId)
  if (!row) throw new AppError('not_found')
  const [transactions, onChain] = await Promise.all([
    listCarriers(payoutRowId),
    // A chain that is away takes its word away, not the page.
    readOnChain(row).catch(() => null),
  ])
  const { status, failureReason, waitingFor, nextTryAt, nonce, validBefore } = row
  const next = describeNext(row)
  return { status, failureReason, waitingFor, nextTryAt, nonce, validBefore, onChain, transactions, next }
}

async function readOnChain({ from, nonce, validBefore }: ExecutionRow): Promise<AuthorizationOnChain | null> {
  if (!nonce || validBefore === null) return null
  const keys = [{ authorizer: from, nonce }]
  const [head, final] = await Promise.all([readAuthorizations(keys), readAuthorizationsAtFinal(keys)])
  const isUsedAtFinal = final.used[0] === true
  return {
    isUsed: head.used[0] === true,
    isUsedAtFinal,
    isProvablyDead: !isUsedAtFinal && final.timestamp >= validBefore,
    headTime: head.timestamp,
    finalTime: final.timestamp,
  }
}

function describeNext(row: ExecutionRow): NextStep {
  const { status, failureReason, finalizedAt, expiresAt, validBefore } = row
  const end = validBefore === null ? null : new Date(Number(validBefore) * 1000)
  if (isTimedOut(status, failureReason)) return { what: 'await_proof', until: end }
  if (status === 'authorized' || status === 'signing') return { what: 'sign', until: expiresAt }
  if (status === 'signed' || status === 'broadcasting') return { what: 'send', until: end }
  if (status === 'succeeded') return { what: 'confirm', until: end }
  if (status === 'confirmed' && !finalizedAt) return { what: 'finalize', until: null }
  return { what: 'nothing', until: null }
}
