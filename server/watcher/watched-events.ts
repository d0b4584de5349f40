import { getAbiItem, type Hex, pad, toEventSelector } from 'viem'
import { luxxonSettlementAbi } from '@/domain/abi/luxxon-settlement'
import { usdcAbi } from '@/domain/abi/usdc'
import type { StoredAddress } from '@/domain/address'
import type { EventKind } from '@/domain/event-kinds'
import type { LogFilter, WatchedLog } from '@/server/chain'
import { addressAt, readWords, wordAt } from './read-words'

const deposited = getAbiItem({ abi: luxxonSettlementAbi, name: 'Deposited' })
const withdrawn = getAbiItem({ abi: luxxonSettlementAbi, name: 'Withdrawn' })
const refunded = getAbiItem({ abi: luxxonSettlementAbi, name: 'Refunded' })
const settled = getAbiItem({ abi: luxxonSettlementAbi, name: 'Settled' })
const approval = getAbiItem({ abi: usdcAbi, name: 'Approval' })
const transfer = getAbiItem({ abi: usdcAbi, name: 'Transfer' })

const TOPIC = {
  deposited: toEventSelector(deposited),
  withdrawn: toEventSelector(withdrawn),
  refunded: toEventSelector(refunded),
  settled: toEventSelector(settled),
  approval: toEventSelector(approval),
  transfer: toEventSelector(transfer),
}

type Contracts = { settlement: StoredAddress; usdc: StoredAddress }

/** One row of the ledger: what a log means for one account. Amounts are atomic units of USDC. */
export type LedgerEvent = {
  account: StoredAddress
  kind: EventKind
  blockNumber: bigint
  blockHash: Hex
  txHash: Hex
  logIndex: number
  amount: bigint
  /** What the event adds to the account's pool; only the consumer's side of a settlement is negative. */
  poolDelta: bigint
  sessionHash: Hex | null
  counterparty: StoredAddress | null
  details: Record<string, string>
}

/** USDC that reached the settlement without a deposit: it fills nobody's pool. */
export type StrayTransfer = { from: StoredAddress; amount: bigint; txHash: Hex; logIndex: number }

/**
 * What is read of the chain: the settlement's money events of all accounts, and of USDC only approvals to the settlement and
 * transfers to it. The node filters both by the settlement in the second indexed argument, so the rest of USDC's traffic is
 * never sent.
 */
export function watchedFilters({ settlement, usdc }: Contracts): LogFilter[] {
  return [
    { address: settlement, topics: [[TOPIC.deposited, TOPIC.withdrawn, TOPIC.refunded, TOPIC.settled]] },
    { address: usdc, topics: [[TOPIC.approval, TOPIC.transfer], null, [pad(settlement)]] },
  ]
}

/** All pool movements of some accounts, given as 32-byte topics, for reading their history again. */
export function accountFilters({
  settlement,
  accounts,
}: {
  settlement: StoredAddress
  accounts: readonly Hex[]
}): LogFilter[] {
  return [
    { address: settlement, topics: [[TOPIC.deposited, TOPIC.withdrawn, TOPIC.refunded], accounts] },
    { address: settlement, topics: [[TOPIC.settled], null, accounts] },
  ]
}

/** The ledger rows of logs, in the logs' order, and the transfers that were no deposit. */
export function readWatchedLogs(logs: readonly WatchedLog[]): {
  events: LedgerEvent[]
  strays: StrayTransfer[]
} {
  const events: LedgerEvent[] = []
  const transfers: StrayTransfer[] = []
  for (const log of logs) {
    if (log.topics[0] === TOPIC.transfer) transfers.push(readTransfer(log))
    else events.push(...readEvent(log))
  }
  const deposits = new Map<string, number>()
  for (const event of events) {
    if (event.kind !== 'DEPOSIT') continue
    const key = `${event.txHash}:${event.account}:${event.amount}`
    deposits.set(key, (deposits.get(key) ?? 0) + 1)
  }
  const strays = transfers.filter(({ txHash, from, amount }) => {
    const key = `${txHash}:${from}:${amount}`
    const left = deposits.get(key) ?? 0
    deposits.set(key, left - 1)
    return left <= 0
  })
  return { events, strays }
}

function readEvent(log: WatchedLog): LedgerEvent[] {
  const [topic] = log.topics
  if (topic === TOPIC.settled) return readSettled(log)
  if (topic === TOPIC.approval) {
    const { topics, words } = readWords(log, { topics: 2, words: 1 })
    return [
      row(log, { account: addressAt(topics, 0), kind: 'APPROVAL', amount: wordAt(words, 0), poolDelta: 0n }),
    ]
  }
  const isRefund = topic === TOPIC.refunded
  // Deposited and Withdrawn also carry the balance they led to.
  const { topics, words } = readWords(log, { topics: 1, words: isRefund ? 1 : 2 })
  const [account, amount] = [addressAt(topics, 0), wordAt(words, 0)]
  if (topic === TOPIC.deposited) return [row(log, { account, kind: 'DEPOSIT', amount, poolDelta: amount })]
  const details: Record<string, string> = isRefund ? { source: 'refund' } : {}
  return [row(log, { account, kind: 'WITHDRAWAL', amount, poolDelta: -amount, details })]
}

/** A settlement shows on both sides: the consumer pays all of it, the operator receives it without the fee. */
function readSettled(log: WatchedLog): LedgerEvent[] {
  const { topics, words } = readWords(log, { topics: 3, words: 4 })
  const [sessionId = '0x'] = topics
  const [from, to] = [addressAt(topics, 1), addressAt(topics, 2)]
  const [toAmount, feeAmount] = [wordAt(words, 0), wordAt(words, 1)]
  const charged = toAmount + feeAmount
  const shared = {
    kind: 'SETTLE' as const,
    sessionHash: sessionId,
    details: {
      toAmount: toAmount.toString(),
      feeAmount: feeAmount.toString(),
      ratePerSecond: wordAt(words, 2).toString(),
      chargeableSeconds: wordAt(words, 3).toString(),
    },
  }
  const consumer = row(log, {
    ...shared,
    account: from,
    amount: charged,
    poolDelta: -charged,
    counterparty: to,
  })
  // Whoever settles with itself has one row: an event enters the ledger once per account.
  if (from === to) return [consumer]
  return [consumer, row(log, { ...shared, account: to, amount: toAmount, poolDelta: 0n, counterparty: from })]
}

function readTransfer(log: WatchedLog): StrayTransfer {
  const { topics, words } = readWords(log, { topics: 2, words: 1 })
  return { from: addressAt(topics, 0), amount: wordAt(words, 0), txHash: log.txHash, logIndex: log.logIndex }
}

type RowParts = {
  account: StoredAddress
  kind: EventKind
  amount: bigint
  poolDelta: bigint
  sessionHash?: Hex
  counterparty?: StoredAddress
  details?: Record<string, string>
}

function row(log: WatchedLog, parts: RowParts): LedgerEvent {
  return {
    account: parts.account,
    kind: parts.kind,
    blockNumber: log.blockNumber,
    blockHash: log.blockHash,
    txHash: log.txHash,
    logIndex: log.logIndex,
    amount: parts.amount,
    poolDelta: parts.poolDelta,
    sessionHash: parts.sessionHash ?? null,
    counterparty: parts.counterparty ?? null,
    details: parts.details ?? {},
  }
}
