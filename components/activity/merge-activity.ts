import type { EventKind } from '@/domain/event-kinds'
import type { PendingEventView, WalletEventView } from '@/domain/wallet'

/** One row of the list, final or still shallow. */
export type ActivityRow = {
  /** Stays the same when a pending row becomes final, so that its place on the page does. */
  key: string
  kind: EventKind
  txHash: string
  logIndex: number
  blockNumber: string
  /** ISO 8601, when its block was made. */
  blockTime: string
  /** Atomic units; negative only in a row that takes another back. */
  amount: bigint
  poolDelta: bigint
  counterparty: string | null
  session: string | null
  /** Null once final. */
  confirming: { confirmations: number; required: number } | null
  /** ISO 8601; null while pending. */
  confirmedAt: string | null
  isReversal: boolean
  /** A later row takes this one back. */
  isReversed: boolean
}

type Merge = { pending: readonly PendingEventView[]; ledger: readonly WalletEventView[] }

/**
 * Pending rows first, then the ledger, each event once. Twins are known by transaction and log index; a row that a
 * reorganisation took back is no twin, because its transaction may be in a new block.
 */
export function mergeActivity({ pending, ledger }: Merge): ActivityRow[] {
  const reversed = new Set(ledger.flatMap(({ reversalOf }) => reversalOf ?? []))
  const standing = new Set<string>()
  const finals = ledger.map((event) => {
    const source = sourceOf(event)
    const stands = event.reversalOf === null && !reversed.has(event.id) && !standing.has(source)
    if (stands) standing.add(source)
    return finalRow(event, { key: stands ? source : event.id, isReversed: reversed.has(event.id) })
  })
  return [...pending.filter((event) => !standing.has(sourceOf(event))).map(pendingRow), ...finals]
}

function sourceOf({ txHash, logIndex }: { txHash: string; logIndex: number }): string {
  return `${txHash}:${logIndex}`
}

function finalRow(
  event: WalletEventView,
  { key, isReversed }: Pick<ActivityRow, 'key' | 'isReversed'>,
): ActivityRow {
  return {
    key,
    kind: event.kind,
    txHash: event.txHash,
    logIndex: event.logIndex,
    blockNumber: event.blockNumber,
    blockTime: event.blockTime,
    amount: BigInt(event.amountUsdc),
    poolDelta: BigInt(event.poolDelta),
    counterparty: event.counterparty,
    session: event.relatedSession,
    confirming: null,
    confirmedAt: event.confirmedAt,
    isReversal: event.reversalOf !== null,
    isReversed,
  }
}

function pendingRow(event: PendingEventView): ActivityRow {
  return {
    key: sourceOf(event),
    kind: event.kind,
    txHash: event.txHash,
    logIndex: event.logIndex,
    blockNumber: event.blockNumber,
    blockTime: event.blockTime,
    amount: BigInt(event.amountUsdc),
    poolDelta: BigInt(event.poolDelta),
    counterparty: event.counterparty,
    session: null,
    confirming: { confirmations: event.confirmations, required: event.confirmationsRequired },
    confirmedAt: null,
    isReversal: false,
    isReversed: false,
  }
}
