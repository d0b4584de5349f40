import { stringify } from 'csv-stringify/sync'
import { checksummed } from '@/domain/address'
import type { EventKind } from '@/domain/event-kinds'
import { formatUsdc } from '@/domain/money'
import { getWorkspaceWallet } from './get-workspace-wallet'
import { type LedgerPosition, selectEvents, type WalletEventRow } from './wallet-repository'

const BATCH = 500
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

/**
 * All final events as CSV, newest first, in batches of 500 rows so that memory stays flat; the first chunk is the header.
 * No cell can start a formula in a spreadsheet: csv-stringify puts an apostrophe before such a cell. Throws `not_found`
 * before the first chunk.
 */
export async function exportWalletEventsCsv({
  workspaceId,
  kinds,
}: {
  workspaceId: string
  kinds?: readonly EventKind[] | undefined
}): Promise<ReadableStream<Uint8Array>> {
  const { chainId, account, workspaceName } = await getWorkspaceWallet(workspaceId)
  const wanted = kinds && kinds.length > 0 ? kinds : null
  const encoder = new TextEncoder()
  let after: LedgerPosition | null = null
  return new ReadableStream({
    start(controller) {
      controller.enqueue(encoder.encode(stringify([COLUMNS])))
    },
    async pull(controller) {
      const rows: WalletEventRow[] = await selectEvents({
        chainId,
        account,
        kinds: wanted,
        after,
        limit: BATCH,
      })
      const last = rows.at(-1)
      if (last) {
        after = last
        const records = rows.map((row) => toRecord(workspaceName, row))
        controller.enqueue(encoder.encode(stringify(records, { escape_formulas: true })))
      }
      if (rows.length < BATCH) controller.close()
    },
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
