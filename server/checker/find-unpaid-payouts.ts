import type { Hex } from 'viem'
import { formatUsdc } from '@/domain/money'
import type { WalletSpend } from '@/server/chain'
import type { Finding } from './finding'
import { isPaymentOf, isRecordedPaymentOf } from './payment-match'
import { createProver, type Prove } from './prove-spends'
import type { PaidPayout } from './snapshot-repository'

const MOST_PROOFS = 50

/** Confirmed payouts without their transfer. `undecided` are those that nothing has proven or refuted yet. */
export async function findUnpaidPayouts(
  confirmed: readonly PaidPayout[],
  { spends, final, overdueBefore }: { spends: readonly WalletSpend[]; final: bigint; overdueBefore: bigint },
): Promise<{ findings: Finding[]; undecided: PaidPayout[] }> {
  const byNonce = new Map(spends.map((spend) => [spend.nonce as Hex | null, spend]))
  const unseen = confirmed.filter((payout) => {
    const spend = byNonce.get(payout.nonce)
    return !spend || !isRecordedPaymentOf(payout, spend)
  })
  const prove = createProver(MOST_PROOFS)
  const findings: Finding[] = []
  const undecided: PaidPayout[] = []
  for (const payout of inOrder(unseen)) {
    const isPaid = await isProvenPaid(payout, byNonce.get(payout.nonce), prove)
    if (isPaid === true) continue
    if (isPaid === false) findings.push(describeUnpaid(payout, final))
    else {
      undecided.push(payout)
      const isOverdue = payout.blockNumber !== null && payout.blockNumber < overdueBefore
      if (isPaid === 'unproven' && isOverdue) findings.push(describeUndecided(payout))
    }
  }
  return { findings, undecided }
}

/** What became final first, since what is proven is counted by that; what an open alarm is about comes last. */
function inOrder(payouts: readonly PaidPayout[]): PaidPayout[] {
  const rank = ({ isReported, finalizedAt }: PaidPayout) =>
    isReported ? Number.POSITIVE_INFINITY : (finalizedAt?.getTime() ?? Number.MAX_SAFE_INTEGER)
  return [...payouts].sort((one, other) => (rank(one) < rank(other) ? -1 : rank(one) > rank(other) ? 1 : 0))
}

/** Where it is recorded, and until it is final also where a reorganisation has moved it: the worker records that when it looks again. */
async function isProvenPaid(
  payout: PaidPayout,
  seen: WalletSpend | undefined,
  prove: Prove,
): Promise<boolean | 'unproven' | 'not_asked'> {
  const isFinal = payout.finalizedAt !== null
  const isPaidBy = (spend: WalletSpend) => (isFinal ? isRecordedPaymentOf : isPaymentOf)(payout, spend)
  for (const block of new Set([payout.blockNumber, isFinal ? null : (seen?.blockNumber ?? null)])) {
    if (block === null) continue
    const proven = await prove(payout.from, block)
    if (typeof proven === 'string') return proven
    if (proven.some(isPaidBy)) return true
  }
  return false
}

/** Before its block is final a reorganisation may have moved the transfer, and the worker sends it again: that must not be stopped. */
function describeUnpaid(payout: PaidPayout, final: bigint): Finding {
  const isFinal = payout.blockNumber === null || payout.blockNumber <= final
  return {
    ...about(payout),
    kind: isFinal ? 'payout_unpaid' : 'payout_unproven',
    isViolation: isFinal,
    message: `Payout ${payout.payoutId} is confirmed, but block ${payout.blockNumber} does not have its transfer of ${formatUsdc(payout.amount)} USDC to ${payout.to}.`,
  }
}

function describeUndecided(payout: PaidPayout): Finding {
  return {
    ...about(payout),
    kind: 'payout_unproven',
    isViolation: false,
    message: `Payout ${payout.payoutId} is confirmed in block ${payout.blockNumber}, and no endpoint proves what is in that block.`,
  }
}

/** What an alarm about a payout is about. */
export function payoutSubject({ id }: Pick<PaidPayout, 'id'>): string {
  return `payout:${id}`
}

function about(payout: PaidPayout): Pick<Finding, 'subject' | 'workspaceId' | 'details'> {
  const { workspaceId, txHash, nonce, blockNumber } = payout
  return {
    subject: payoutSubject(payout),
    workspaceId,
    details: { txHash, block: blockNumber?.toString() ?? null, nonce },
  }
}
