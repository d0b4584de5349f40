import type { Address } from 'viem'
import { formatUsdc } from '@/domain/money'
import { isTimedOut } from '@/domain/payout-status'
import type { WalletSpend } from '@/server/chain'
import type { Finding } from './finding'
import { isPaymentOf } from './payment-match'
import { createProver } from './prove-spends'
import { findByNonces, findOwners, findRaised, type PaidPayout } from './snapshot-repository'

const MOST_PROOFS = 50

type Strange = { spend: WalletSpend; payout: PaidPayout | undefined; workspaceId: string | null }

/** USDC that left managed wallets without a payout that says so. `unproven` are those that nothing has proven or refuted yet. */
export async function findUnknownSpends(
  spends: readonly WalletSpend[],
  { checkedBlock, overdueBefore }: { checkedBlock: bigint | null; overdueBefore: bigint },
): Promise<{ findings: Finding[]; unproven: WalletSpend[] }> {
  const suspects = (await findStrange(spends)).map(({ spend }) => spend)
  const raised = await findRaised({ kind: 'payout_unknown_spend', subjects: suspects.map(subjectOf) })
  const open = suspects.filter((suspect) => !raised.has(subjectOf(suspect)))
  const prove = createProver(MOST_PROOFS)
  const proven: WalletSpend[] = []
  const unproven: WalletSpend[] = []
  const overdue: WalletSpend[] = []
  for (const spend of inOrder(open, checkedBlock)) {
    const inBlock = await prove(spend.from, spend.blockNumber)
    if (typeof inBlock !== 'string')
      proven.push(...inBlock.filter((one) => subjectOf(one) === subjectOf(spend)))
    else {
      unproven.push(spend)
      if (inBlock === 'unproven' && spend.blockNumber < overdueBefore) overdue.push(spend)
    }
  }
  return {
    findings: [
      ...(await findStrange(proven)).map(describeSpend),
      ...(await findStrange(overdue)).map(describeUnproven),
    ],
    unproven,
  }
}

/** What no run has looked at comes first, the oldest of it before the rest: progress waits for the oldest. */
function inOrder(spends: readonly WalletSpend[], checkedBlock: bigint | null): WalletSpend[] {
  const isNew = ({ blockNumber }: WalletSpend) => checkedBlock === null || blockNumber > checkedBlock
  const sorted = [...spends].sort((one, other) => Number(one.blockNumber - other.blockNumber))
  return [...sorted.filter(isNew), ...sorted.filter((spend) => !isNew(spend))]
}

/** Spends that no payout explains, or whose payout is of other values or counts as failed for good. */
async function findStrange(spends: readonly WalletSpend[]): Promise<Strange[]> {
  const payouts = await findByNonces(spends.flatMap(({ nonce }) => nonce ?? []))
  const byNonce = new Map(payouts.map((payout) => [payout.nonce, payout]))
  const strange = spends
    .map((spend) => ({ spend, payout: spend.nonce === null ? undefined : byNonce.get(spend.nonce) }))
    .filter(({ spend, payout }) => {
      if (!payout || !isPaymentOf(payout, spend)) return true
      return payout.status === 'failed' && !isTimedOut(payout.status, payout.failureReason)
    })
  const owners = new Map<Address, string | null>()
  for (const { address, workspaceId } of await findOwners(strange.map(({ spend }) => spend.from)))
    owners.set(address, workspaceId)
  return strange.map((one) => ({
    ...one,
    workspaceId: one.payout?.workspaceId ?? owners.get(one.spend.from) ?? null,
  }))
}

/** What an alarm about a spend is about. */
export function subjectOf({ txHash, logIndex }: WalletSpend): string {
  return `${txHash}:${logIndex}`
}

function describeSpend({ spend, payout, workspaceId }: Strange): Finding {
  const sum = sumOf(spend)
  return {
    kind: 'payout_unknown_spend',
    subject: subjectOf(spend),
    workspaceId,
    isViolation: true,
    message: payout
      ? `${sum}; payout ${payout.payoutId}, whose authorization it used, is ${payout.status} and of other values or ended.`
      : `${sum}, and no payout knows of it.`,
    details: { nonce: spend.nonce, payout: payout?.id ?? null, block: spend.blockNumber.toString() },
  }
}

/** One endpoint may have made it up, so that nothing is stopped; but it is no longer a matter of a slow node. */
function describeUnproven({ spend, payout, workspaceId }: Strange): Finding {
  return {
    kind: 'payout_unproven',
    subject: subjectOf(spend),
    workspaceId,
    isViolation: false,
    message: `${sumOf(spend)}, says an endpoint; no payout explains it, and no endpoint proves block ${spend.blockNumber}.`,
    details: { nonce: spend.nonce, payout: payout?.id ?? null, block: spend.blockNumber.toString() },
  }
}

function sumOf({ amount, from, to, txHash }: WalletSpend): string {
  return `${formatUsdc(amount)} USDC left ${from} to ${to} in transaction ${txHash}`
}
