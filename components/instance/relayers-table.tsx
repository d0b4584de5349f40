import type { ColumnDef } from '@tanstack/react-table'
import { Fuel } from 'lucide-react'
import { formatEther } from 'viem'
import type { InstanceStatusView } from '@/domain/instance'
import { Address } from '../address/address'
import { type ColumnMeta, DataTable } from '../ui/data-table'
import { EmptyState } from '../ui/empty-state'
import { RelativeTime } from '../ui/relative-time'

type RelayerView = InstanceStatusView['relayers'][number]

const DECIMALS_SHOWN = 5

const COLUMNS: ColumnDef<RelayerView>[] = [
  { id: 'address', header: 'Relayer', cell: ({ row }) => <Address address={row.original.address} /> },
  {
    id: 'gas',
    header: 'Gas',
    meta: { align: 'right', className: 'figures whitespace-nowrap' } satisfies ColumnMeta,
    cell: ({ row }) => <Gas wei={row.original.gasBalanceWei} />,
  },
  {
    id: 'nonce',
    header: 'Next nonce',
    meta: { align: 'right', className: 'figures', isHiddenOnPhone: true } satisfies ColumnMeta,
    cell: ({ row }) => row.original.nextNonce,
  },
  {
    id: 'checked',
    header: 'Checked',
    meta: { align: 'right', isHiddenOnPhone: true } satisfies ColumnMeta,
    cell: ({ row: { original } }) =>
      original.checkedAt ? <RelativeTime at={original.checkedAt} className="text-ink-muted" /> : 'Never',
  },
]

/** The keys that pay gas for others; their private halves live in the worker. */
export function RelayersTable({ relayers }: { relayers: readonly RelayerView[] }) {
  return (
    <DataTable
      caption="Relayers"
      columns={COLUMNS}
      rows={relayers}
      rowId={(relayer) => relayer.address}
      empty={
        <EmptyState icon={Fuel} title="No relayer yet">
          Give a worker RELAYER_PRIVATE_KEYS; deposits without gas wait until then.
        </EmptyState>
      }
    />
  )
}

function Gas({ wei }: { wei: string | null }) {
  if (wei === null) return <span className="text-ink-muted">Not read yet</span>
  const exact = formatEther(BigInt(wei))
  const [whole, fraction = ''] = exact.split('.')
  return (
    <span title={`${exact} ETH`}>
      {whole}.{fraction.padEnd(DECIMALS_SHOWN, '0').slice(0, DECIMALS_SHOWN)}{' '}
      <span className="text-ink-muted">ETH</span>
    </span>
  )
}
