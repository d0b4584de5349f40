import { ChainError, type Rpc, readDeposits, rpc } from '@/server/chain'
import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import { raiseAlarm, resolveAlarms } from '@/server/instance'
import { readTrackedPools, type TrackedPool } from './pool-repository'
import { rereadHistory } from './reread-history'

type ReconcileResult =
  | { type: 'skipped'; reason: 'backfilling' | 'no_cursor' | 'block_gone' }
  | { type: 'compared'; blockNumber: bigint; wallets: number; differences: number }

/**
 * Compares the pool of every live workspace's wallet, as rebuilt from events, with `deposits(wallet)` at the very block that the
 * ledger stands at. A difference opens an alarm (one per wallet), the history of those wallets is read again, and the alarm
 * resolves itself once the figures agree. Throws `ChainError` when the chain does not answer.
 */
export async function reconcilePools({ clients = rpc() }: { clients?: Rpc } = {}): Promise<ReconcileResult> {
  const first = await compare(clients)
  if (first.type === 'skipped') return first
  if (first.differing.length > 0) {
    await rereadHistory({ clients, accounts: first.differing.map((pool) => pool.account) })
  }
  const last = first.differing.length > 0 ? await compare(clients) : first
  if (last.type === 'skipped') return last
  log.info(
    { blockNumber: last.blockNumber, wallets: last.wallets, differences: last.differing.length },
    'pools reconciled',
  )
  return {
    type: 'compared',
    blockNumber: last.blockNumber,
    wallets: last.wallets,
    differences: last.differing.length,
  }
}

type Comparison =
  | Extract<ReconcileResult, { type: 'skipped' }>
  | { type: 'compared'; blockNumber: bigint; wallets: number; differing: TrackedPool[] }

/** The watcher may be rolled back between the two reads; then the block is unknown and the figures are read anew. */
const ATTEMPTS = 3

async function compare(clients: Rpc): Promise<Comparison> {
  const { chainId } = env().NETWORK
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const tracked = await readTrackedPools(chainId)
    if (!tracked) return { type: 'skipped', reason: 'no_cursor' }
    if (tracked.isBackfilling) return { type: 'skipped', reason: 'backfilling' }
    const { pools, block } = tracked
    try {
      const onChain = await readDeposits({
        client: clients.any,
        settlement: env().SETTLEMENT_ADDRESS,
        accounts: pools.map((pool) => pool.account),
        blockHash: block.hash,
      })
      const differing = await report({ pools, onChain, blockNumber: block.number })
      return { type: 'compared', blockNumber: block.number, wallets: pools.length, differing }
    } catch (error) {
      if (!(error instanceof ChainError) || error.kind !== 'unknown_block') throw error
    }
  }
  return { type: 'skipped', reason: 'block_gone' }
}

async function report({
  pools,
  onChain,
  blockNumber,
}: {
  pools: readonly TrackedPool[]
  onChain: readonly bigint[]
  blockNumber: bigint
}): Promise<TrackedPool[]> {
  const differing = pools.filter((pool, index) => pool.balance !== onChain[index])
  for (const [index, pool] of pools.entries()) {
    const actual = onChain[index]
    if (actual === pool.balance || actual === undefined) continue
    await raiseAlarm({
      kind: 'pool_mismatch',
      subject: pool.account,
      workspaceId: pool.workspaceId,
      severity: 'critical',
      message: `The pool is ${actual} atomic units on chain but ${pool.balance} by its events, both at block ${blockNumber}.`,
      details: {
        onChain: actual.toString(),
        tracked: pool.balance.toString(),
        blockNumber: blockNumber.toString(),
      },
    })
  }
  const agreeing = pools.filter((pool) => !differing.includes(pool)).map((pool) => pool.account)
  await resolveAlarms({ kind: 'pool_mismatch', subjects: agreeing, by: 'reconcile' })
  return differing
}
