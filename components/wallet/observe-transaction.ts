import {
  type Hash,
  type PublicClient,
  type Transaction,
  TransactionNotFoundError,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
} from 'viem'
import { confirmationsOf } from '@/domain/networks'
import type { FlowCall } from './flow-calls'

export type Observation =
  /** Nobody mined it yet; the nonce is the node's answer. */
  | { kind: 'pending'; nonce: number | null }
  | { kind: 'in-block'; hash: Hash; block: bigint; confirmations: number }
  | { kind: 'reverted'; hash: Hash; block: bigint }
  /** The same call with another fee took its place. */
  | { kind: 'repriced'; by: Hash }
  | { kind: 'cancelled'; by: Hash }
  | { kind: 'superseded'; by: Hash | null }
  /** The node does not know it and its nonce is still free. */
  | { kind: 'unknown' }

type Observed = {
  client: PublicClient
  account: `0x${string}`
  hash: Hash
  /** Null where the account is not the sender (a smart account). */
  nonce: number | null
  /** The head when it was sent: the search for what replaced it starts there. */
  sentBlock: bigint
  call: FlowCall | null
}

/** A replacement is looked for in this many blocks after sending; beyond, it is named as unknown. */
const SEARCHED_BLOCKS = 120n

/** Asks the chain once what became of a transaction: never sends, safe to ask again at any time. */
export async function observeTransaction(observed: Observed): Promise<Observation> {
  const { client, hash, account } = observed
  const mined = await findReceipt(client, hash)
  if (mined) return fromReceipt(client, mined)
  const transaction = await findTransaction(client, hash)
  if (transaction) {
    const isOwn = transaction.from.toLowerCase() === account.toLowerCase()
    return { kind: 'pending', nonce: isOwn ? transaction.nonce : null }
  }
  if (observed.nonce === null) return { kind: 'unknown' }
  const used = await client.getTransactionCount({ address: account })
  if (used <= observed.nonce) return { kind: 'unknown' }
  // Between the first question and this one it may have been mined after all.
  const late = await findReceipt(client, hash)
  if (late) return fromReceipt(client, late)
  return findReplacement(observed, observed.nonce)
}

async function fromReceipt(client: PublicClient, receipt: TransactionReceipt): Promise<Observation> {
  const { transactionHash: hash, blockNumber: block } = receipt
  if (receipt.status === 'reverted') return { kind: 'reverted', hash, block }
  const head = await client.getBlockNumber({ cacheTime: 0 })
  return { kind: 'in-block', hash, block, confirmations: confirmationsOf(block, head) }
}

async function findReplacement(
  { client, account, sentBlock, call }: Observed,
  nonce: number,
): Promise<Observation> {
  const head = await client.getBlockNumber({ cacheTime: 0 })
  const last = head < sentBlock + SEARCHED_BLOCKS ? head : sentBlock + SEARCHED_BLOCKS
  for (let blockNumber = sentBlock; blockNumber <= last; blockNumber += 1n) {
    const block = await client.getBlock({ blockNumber, includeTransactions: true })
    const found = block.transactions.find(
      (each) => each.nonce === nonce && each.from.toLowerCase() === account.toLowerCase(),
    )
    if (found) return { kind: judgeReplacement(found, call), by: found.hash }
  }
  return { kind: 'superseded', by: null }
}

/** What a transaction with the same nonce is to the one that was sent. */
export function judgeReplacement(
  found: Pick<Transaction, 'from' | 'to' | 'input'>,
  call: FlowCall | null,
): 'repriced' | 'cancelled' | 'superseded' {
  const to = found.to?.toLowerCase()
  if (call && to === call.to.toLowerCase() && found.input === call.data) return 'repriced'
  // Wallets cancel by sending nothing to oneself.
  if (to === found.from.toLowerCase() && found.input === '0x') return 'cancelled'
  return 'superseded'
}

async function findReceipt(client: PublicClient, hash: Hash): Promise<TransactionReceipt | null> {
  try {
    return await client.getTransactionReceipt({ hash })
  } catch (error) {
    if (error instanceof TransactionReceiptNotFoundError) return null
    throw error
  }
}

async function findTransaction(client: PublicClient, hash: Hash): Promise<Transaction | null> {
  try {
    return await client.getTransaction({ hash })
  } catch (error) {
    if (error instanceof TransactionNotFoundError) return null
    throw error
  }
}
