'use client'

import type { ColumnDef } from '@tanstack/react-table'
import { BookUser, MoreHorizontal, Pencil, SearchX, Trash2 } from 'lucide-react'
import { useMemo } from 'react'
import type { AddressBookEntryView } from '@/domain/address-book'
import { Address } from '../address/address'
import { Button } from '../ui/button'
import { type ColumnMeta, DataTable } from '../ui/data-table'
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from '../ui/dropdown-menu'
import { EmptyState } from '../ui/empty-state'

export type EntryAct = 'edit' | 'remove'
type OnAsk = (act: EntryAct, entry: AddressBookEntryView) => void

type EntriesTableProps = {
  entries: readonly AddressBookEntryView[]
  isLoading: boolean
  /** What was searched for; empty without a search. */
  searched: string
  /** Null for who may only look. */
  onAsk: OnAsk | null
  onAdd: (() => void) | null
  onClear: () => void
}

/** Names with their addresses; on a phone the note stands below the name. */
export function EntriesTable({ entries, isLoading, searched, onAsk, onAdd, onClear }: EntriesTableProps) {
  const columns = useMemo(() => columnsFor(onAsk), [onAsk])
  return (
    <DataTable
      caption="Address book"
      columns={columns}
      rows={entries}
      rowId={({ id }) => id}
      isLoading={isLoading}
      skeletonRows={4}
      empty={searched ? <NothingFound searched={searched} onClear={onClear} /> : <NoEntries onAdd={onAdd} />}
    />
  )
}

function NothingFound({ searched, onClear }: { searched: string; onClear: () => void }) {
  return (
    <EmptyState
      icon={SearchX}
      title={`Nothing is like “${searched.trim()}”`}
      className="border-t"
      action={<Button onClick={onClear}>Show all</Button>}
    />
  )
}

function NoEntries({ onAdd }: { onAdd: (() => void) | null }) {
  return (
    <EmptyState
      icon={BookUser}
      title="No addresses yet"
      className="border-t"
      action={
        onAdd ? (
          <Button variant="primary" onClick={onAdd}>
            Add an address
          </Button>
        ) : undefined
      }
    >
      Name the addresses you pay, so that approvers know them when they see them.
    </EmptyState>
  )
}

function columnsFor(onAsk: OnAsk | null): ColumnDef<AddressBookEntryView>[] {
  const columns: ColumnDef<AddressBookEntryView>[] = [
    { id: 'name', header: 'Name', cell: ({ row: { original } }) => <NameCell entry={original} /> },
    {
      id: 'address',
      header: 'Address',
      cell: ({ row: { original } }) => <Address address={original.address} />,
    },
    {
      id: 'note',
      header: 'Note',
      meta: { isHiddenOnPhone: true } satisfies ColumnMeta,
      cell: ({ row: { original } }) => (
        <span
          className="line-clamp-2 max-w-72 text-[0.8125rem] text-ink-muted"
          title={original.note ?? undefined}
        >
          {original.note}
        </span>
      ),
    },
  ]
  if (!onAsk) return columns
  return [
    ...columns,
    {
      id: 'acts',
      header: () => <span className="sr-only">More</span>,
      meta: { align: 'right', className: 'w-12' } satisfies ColumnMeta,
      cell: ({ row: { original } }) => <EntryMenu entry={original} onAsk={onAsk} />,
    },
  ]
}

function NameCell({ entry: { name, note } }: { entry: AddressBookEntryView }) {
  return (
    <span className="grid max-w-64 gap-0.5">
      <span className="font-medium wrap-break-word">{name}</span>
      {note ? <span className="line-clamp-2 text-xs text-ink-muted sm:hidden">{note}</span> : null}
    </span>
  )
}

function EntryMenu({ entry, onAsk }: { entry: AddressBookEntryView; onAsk: OnAsk }) {
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="icon" aria-label={`More for ${entry.name}`}>
          <MoreHorizontal aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuItem onSelect={() => onAsk('edit', entry)}>
          <Pencil aria-hidden />
          Change
        </DropdownMenuItem>
        <DropdownMenuItem isDanger onSelect={() => onAsk('remove', entry)}>
          <Trash2 aria-hidden />
          Remove
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
