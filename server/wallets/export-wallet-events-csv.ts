import { checksummed } from '@/domain/address'
import type { EventKind } from '@/domain/event-kinds'
import { formatUsdc } from '@/domain/money'
import { streamCsv } from '@/server/core/stream-csv'
import { getWorkspaceWallet } from './get-workspace-wallet'
import { selectEvents, type WalletEventRow } from './wallet-repository'

const COLUMNS = [
  'workspace',
  'block_time',
  'kind',
  'amount_usdc',
  'amount_atomic',
  'block_number',
  'log_index',
  'tx_hash',
  'counterparty',
  'session',
  'confirmed_at',
  'id',
  'reversal_of',
]

/** All final events as CSV, newest first. Throws `not_found` before the first chunk. */
export async function exportWalletEventsCsv({
  workspaceId,
  kinds,
}: {
  workspaceId: string
  kinds?: readonly EventKind[] | undefined
}): Promise<ReadableStream<Uint8Array>> {
  const { chainId, account, workspaceName } = await getWorkspaceWallet(workspaceId)
  const wanted = kinds && kinds.length > 0 ? kinds : null
  return streamCsv<WalletEventRow>({
    columns: COLUMNS,
    read: (after, limit) => selectEvents({ chainId, account, kinds: wanted, after, limit }),
    toRecord: (row) => toRecord(workspaceName, row),
  })
}

function toRecord(workspaceName: string, row: WalletEventRow): string[] {
  return [
    workspaceName,
    row.blockTime.toISOString(),
    row.kind,
    formatUsdc(row.amount, { style: 'plain' }),
    row.amount.toString(),
    row.blockNumber.toString(),
    row.logIndex.toString(),
    row.txHash,
    row.counterparty === null ? '' : checksummed(row.counterparty),
    row.sessionHash ?? '',
    row.confirmedAt.toISOString(),
    row.id,
    row.reversalOf ?? '',
  ]
}
