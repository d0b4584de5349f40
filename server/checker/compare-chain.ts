import type { Address, Hex } from 'viem'
import { formatUsdc } from '@/domain/money'
import { isTimedOut } from '@/domain/payout-status'
import {
  ChainError,
  readChainEnds,
  readProvenSpends,
  readWalletSpends,
  type WalletSpend,
} from '@/server/chain'
import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import type { Finding } from './finding'
import {
  findByNonces,
  findOwners,
  findRaised,
  type PaidPayout,
  type Snapshot,
  saveProgress,
} from './snapshot-repository'

/** Read again each time, so that what an endpoint did not show yet, or a reorganisation moved, is seen later: ten minutes of Base. */
const OVERLAP_BLOCKS = 300n
const STEP_BLOCKS = 2_000n
/** After an outage a run reads at most so much; the next one goes on. */
const MOST_BLOCKS = 40_000n
/** Each is proven by its block alone, which costs requests. */
const MOST_PROOFS = 50

/**
 * Compares payouts with USDC's own logs: each confirmed payout has exactly its transfer, and nothing else left a managed wallet. What
 * looks wrong is proven by its block before it counts: an endpoint that hides or invents logs alarms nobody. Throws `ChainError`.
 */
export async function compareChain(snapshot: Snapshot): Promise<Finding[]> {
  const { chainId } = env().NETWORK
  const { head, final } = await readChainEnds()
  const range = rangeOf(snapshot.checkedBlock, head.number)
  const spends: WalletSpend[] = []
  for (let from = range.from; from <= range.to; from += STEP_BLOCKS) {
    const last = from + STEP_BLOCKS - 1n
    spends.push(
      ...(await readWalletSpends(snapshot.wallets, { from, to: last < range.to ? last : range.to })),
    )
  }
  const unknown = await findUnknown(spends)
  const unpaid = await findUnpaid({ confirmed: snapshot.confirmed, spends, final: final.number })
  await saveProgress({ chainId, block: range.to })
  return [...unknown, ...unpaid]
}

function rangeOf(checkedBlock: bigint | null, head: bigint): { from: bigint; to: bigint } {
  const wanted = (checkedBlock ?? (head > STEP_BLOCKS ? head - STEP_BLOCKS : 0n)) - OVERLAP_BLOCKS
  const from = wanted > 0n ? wanted : 0n
  const last = from + MOST_BLOCKS
  return { from, to: last < head ? last : head }
}

const isPaymentOf = (payout: PaidPayout, spend: WalletSpend) =>
  spend.nonce === payout.nonce &&
  spend.from === payout.from &&
  spend.to === payout.to &&
  spend.amount === payout.amount

type Strange = { spend: WalletSpend; payout: PaidPayout | undefined }

/** Spends that no payout explains, or whose payout is of other values or counts as failed for good. */
async function findStrange(spends: readonly WalletSpend[]): Promise<Strange[]> {
  const payouts = await findByNonces(spends.flatMap(({ nonce }) => nonce ?? []))
  const byNonce = new Map(payouts.map((payout) => [payout.nonce, payout]))
  return spends
    .map((spend) => ({ spend, payout: spend.nonce === null ? undefined : byNonce.get(spend.nonce) }))
    .filter(({ spend, payout }) => {
      if (!payout || !isPaymentOf(payout, spend)) return true
      return payout.status === 'failed' && !isTimedOut(payout.status, payout.failureReason)
    })
}

/** The same once each is proven by its block, and without those that were reported before. */
async function findUnknown(spends: readonly WalletSpend[]): Promise<Finding[]> {
  const suspects = (await findStrange(spends)).map(({ spend }) => spend)
  const raised = await findRaised({ kind: 'payout_unknown_spend', subjects: suspects.map(subjectOf) })
  const proven: WalletSpend[] = []
  for (const spend of suspects.filter((suspect) => !raised.has(subjectOf(suspect))).slice(0, MOST_PROOFS)) {
    const inBlock = await proof(spend.from, spend.blockNumber)
    proven.push(...(inBlock?.filter((one) => subjectOf(one) === subjectOf(spend)) ?? []))
  }
  const strange = await findStrange(proven)
  const owners = new Map<Address, string | null>()
  for (const { address, workspaceId } of await findOwners(strange.map(({ spend }) => spend.from)))
    owners.set(address, workspaceId)
  return strange.map(({ spend, payout }) =>
    describeSpend(spend, payout, payout?.workspaceId ?? owners.get(spend.from) ?? null),
  )
}

const subjectOf = ({ txHash, logIndex }: WalletSpend) => `${txHash}:${logIndex}`

/** Null when nothing proves what is in the block: asked again a minute later. */
async function proof(wallet: Address, blockNumber: bigint): Promise<WalletSpend[] | null> {
  return readProvenSpends(wallet, blockNumber).catch((error) => {
    if (!(error instanceof ChainError)) throw error
    log.warn({ wallet, block: blockNumber.toString(), reason: error.message }, 'a block cannot be proven yet')
    return null
  })
}

function describeSpend(
  spend: WalletSpend,
  payout: PaidPayout | undefined,
  workspaceId: string | null,
): Finding {
  const sum = `${formatUsdc(spend.amount)} USDC left ${spend.from} to ${spend.to} in transaction ${spend.txHash}`
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

async function findUnpaid({
  confirmed,
  spends,
  final,
}: {
  confirmed: readonly PaidPayout[]
  spends: readonly WalletSpend[]
  final: bigint
}): Promise<Finding[]> {
  const byNonce = new Map(spends.map((spend) => [spend.nonce as Hex | null, spend]))
  const unseen = confirmed.filter((payout) => {
    const spend = byNonce.get(payout.nonce)
    return !spend || !isSameBlock(payout, spend)
  })
  const findings: Finding[] = []
  for (const payout of unseen.slice(0, MOST_PROOFS)) {
    const isPaid = await isProvenPaid(payout, byNonce.get(payout.nonce))
    if (isPaid === false) findings.push(describeUnpaid(payout, final))
  }
  return findings
}

const isSameBlock = (payout: PaidPayout, spend: WalletSpend) =>
  isPaymentOf(payout, spend) && spend.txHash === payout.txHash && spend.blockNumber === payout.blockNumber

/** Where it is recorded, and until it is final also where a reorganisation has moved it: the worker records that when it looks again. */
async function isProvenPaid(payout: PaidPayout, seen: WalletSpend | undefined): Promise<boolean | null> {
  const isPaidBy = (spend: WalletSpend) => (payout.isFinal ? isSameBlock : isPaymentOf)(payout, spend)
  for (const block of new Set([payout.blockNumber, payout.isFinal ? null : (seen?.blockNumber ?? null)])) {
    if (block === null) continue
    const proven = await proof(payout.from, block)
    if (!proven) return null
    if (proven.some(isPaidBy)) return true
  }
  return false
}

/** Before its block is final a reorganisation may have moved the transfer, and the worker sends it again: that must not be stopped. */
function describeUnpaid(payout: PaidPayout, final: bigint): Finding {
  const isFinal = payout.blockNumber === null || payout.blockNumber <= final
  return {
    kind: isFinal ? 'payout_unpaid' : 'payout_unproven',
    subject: `payout:${payout.id}`,
    workspaceId: payout.workspaceId,
    isViolation: isFinal,
    message: `Payout ${payout.payoutId} is confirmed, but block ${payout.blockNumber} does not have its transfer of ${formatUsdc(payout.amount)} USDC to ${payout.to}.`,
    details: { txHash: payout.txHash, block: payout.blockNumber?.toString() ?? null, nonce: payout.nonce },
  }
}
