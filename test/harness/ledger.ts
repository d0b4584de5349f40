// What the watcher wrote, beside what the chain says: for tests that compare the two.
import { createPublicClient, http } from 'viem'
import { foundry } from 'viem/chains'
import type { StoredAddress } from '@/domain/address'
import { createBlockSource, createRpc } from '@/server/chain'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { startWatcher, type Watcher, type WatcherTimes } from '@/server/watcher'
import { readWatchedLogs, watchedFilters } from '@/server/watcher/watched-events'
import { until } from './until'

const FAST: WatcherTimes = {
  pollMilliseconds: 10,
  blockMilliseconds: 0,
  backoffMinMilliseconds: 5,
  backoffMaxMilliseconds: 50,
  standbyMilliseconds: 50,
}

export function startTestWatcher({ urls = [env().RPC_URL], timeoutMilliseconds = 2_000 } = {}): Watcher {
  return startWatcher({ clients: createRpc({ urls, network: 'local', timeoutMilliseconds }), times: FAST })
}

export type LedgerRow = {
  id: string
  kind: string
  account: StoredAddress
  amount: bigint
  poolDelta: bigint
  blockNumber: bigint
  blockHash: string
  txHash: string
  logIndex: number
  reversalOf: string | null
}

const COLUMNS = `kind, account, amount, pool_delta as "poolDelta", block_number as "blockNumber", block_hash as "blockHash",
  tx_hash as "txHash", log_index as "logIndex"`

export async function readLedger(account: StoredAddress | null = null): Promise<LedgerRow[]> {
  const { rows } = await pool().query<LedgerRow>(
    `select id, ${COLUMNS}, reversal_of as "reversalOf" from wallet_events
      where $1::text is null or account = $1 order by block_number, log_index, account, id`,
    [account],
  )
  return rows
}

export async function readPending(account: StoredAddress | null = null): Promise<LedgerRow[]> {
  const { rows } = await pool().query<LedgerRow>(
    `select ${COLUMNS} from pending_events where $1::text is null or account = $1 order by block_number, log_index, account`,
    [account],
  )
  return rows
}

export async function trackedBalance(account: StoredAddress): Promise<bigint> {
  const { rows } = await pool().query<{ balance: bigint }>(
    'select balance from pool_balances where account = $1',
    [account],
  )
  return rows[0]?.balance ?? 0n
}

export async function readCursor(): Promise<{ head: bigint; hash: string; finalBlock: bigint } | null> {
  const { rows } = await pool().query<{ head: bigint; hash: string; finalBlock: bigint }>(
    `select head_block as head, head_hash as hash, final_block as "finalBlock" from chain_cursors`,
  )
  return rows[0] ?? null
}

/** Waits until the ledger stands at the chain's present head. */
export async function untilSynced(rpcUrl = env().RPC_URL): Promise<bigint> {
  const client = createPublicClient({ chain: foundry, transport: http(rpcUrl), cacheTime: 0 })
  const head = await client.getBlock()
  await until(
    `the ledger stands at block ${head.number}`,
    async () => (await readCursor())?.hash === head.hash,
    40,
  )
  return head.number
}

/** What the ledger should say of blocks `from` to `to`, read from the chain directly. */
export async function readTruth({ from = 0n, to }: { from?: bigint; to: bigint }) {
  const source = createBlockSource({
    clients: createRpc({ urls: [env().RPC_URL], network: 'local' }),
    filters: watchedFilters({ settlement: env().SETTLEMENT_ADDRESS, usdc: env().USDC_ADDRESS }),
  })
  const { logs } = await source.readRangeLogs({ from, to })
  return readWatchedLogs(logs).events
}

/** The fields by which a ledger row and an event of the chain are the same. */
export function identify(event: {
  account: string
  kind: string
  amount: bigint
  poolDelta: bigint
  blockHash: string
  txHash: string
  logIndex: number
}): string {
  const { account, kind, amount, poolDelta, blockHash, txHash, logIndex } = event
  return [blockHash, txHash, logIndex, account, kind, amount, poolDelta].join(':')
}
