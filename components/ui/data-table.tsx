'use client'

import { type ColumnDef, flexRender, getCoreRowModel, type Row, useReactTable } from '@tanstack/react-table'
import type { KeyboardEvent, ReactNode } from 'react'
import { cn } from './cn'
import { Skeleton } from './skeleton'
import { Table, TableCell, TableHead, TableRow } from './table'

/** `meta` of a column: where it stands and whether a phone has room for it. */
export type ColumnMeta = { align?: 'right'; isHiddenOnPhone?: boolean; className?: string }

type DataTableProps<Data> = {
  /** Names the table for a screen reader. */
  caption: string
  columns: ColumnDef<Data>[]
  rows: readonly Data[]
  rowId: (row: Data) => string
  /** While true and nothing is there yet, skeleton rows keep the room. */
  isLoading?: boolean
  skeletonRows?: number
  /** Shown when there is nothing: an `EmptyState` with the one thing to do next. */
  empty: ReactNode
  /** Opens a row; with it rows take the focus, arrows move between them and Enter opens. */
  onOpen?: (row: Data) => void
  rowClassName?: (row: Data) => string | undefined
}

/** A table with keyboard focus, skeleton rows and an empty state. Paging is the caller's. */
export function DataTable<Data>({
  caption,
  columns,
  rows,
  rowId,
  isLoading = false,
  skeletonRows = 5,
  empty,
  onOpen,
  rowClassName,
}: DataTableProps<Data>) {
  const table = useReactTable({
    data: rows as Data[],
    columns,
    getRowId: rowId,
    getCoreRowModel: getCoreRowModel(),
    // Paging is the caller's. Otherwise a new array of the same rows resets a page index and renders again, without end
    // where the caller makes its array anew in each render.
    manualPagination: true,
  })
  if (!isLoading && rows.length === 0) return empty
  return (
    <Table aria-busy={isLoading}>
      <caption className="sr-only">{isLoading ? `${caption}, loading` : caption}</caption>
      <thead>
        {table.getHeaderGroups().map((group) => (
          <tr key={group.id}>
            {group.headers.map((header) => (
              <TableHead key={header.id} className={classesOf(header.column.columnDef)}>
                {header.isPlaceholder
                  ? null
                  : flexRender(header.column.columnDef.header, header.getContext())}
              </TableHead>
            ))}
          </tr>
        ))}
      </thead>
      <tbody>
        {isLoading && rows.length === 0 ? (
          <SkeletonRows columns={columns} count={skeletonRows} />
        ) : (
          table
            .getRowModel()
            .rows.map((row, index) => (
              <BodyRow
                key={row.id}
                row={row}
                isFirst={index === 0}
                onOpen={onOpen}
                className={rowClassName?.(row.original)}
              />
            ))
        )}
      </tbody>
    </Table>
  )
}

type BodyRowProps<Data> = {
  row: Row<Data>
  isFirst: boolean
  onOpen: ((row: Data) => void) | undefined
  className: string | undefined
}

function BodyRow<Data>({ row, isFirst, onOpen, className }: BodyRowProps<Data>) {
  const interactive = onOpen
    ? {
        tabIndex: isFirst ? 0 : -1,
        onClick: () => onOpen(row.original),
        onKeyDown: (event: KeyboardEvent<HTMLTableRowElement>) =>
          moveOrOpen(event, () => onOpen(row.original)),
      }
    : {}
  return (
    <TableRow
      className={cn(
        onOpen && 'cursor-pointer hover:bg-sunken/60 focus-visible:bg-sunken focus-visible:-outline-offset-2',
        className,
      )}
      {...interactive}
    >
      {row.getVisibleCells().map((cell) => (
        <TableCell key={cell.id} className={classesOf(cell.column.columnDef)}>
          {flexRender(cell.column.columnDef.cell, cell.getContext())}
        </TableCell>
      ))}
    </TableRow>
  )
}

// One row is in the tab order; arrows move from there, as in a list box, so that a long table is one stop for Tab.
function moveOrOpen(event: KeyboardEvent<HTMLTableRowElement>, open: () => void) {
  if (event.target !== event.currentTarget) return
  const row = event.currentTarget
  const rows = Array.from(row.parentElement?.children ?? [])
  const moves: Record<string, Element | null | undefined> = {
    ArrowDown: row.nextElementSibling,
    ArrowUp: row.previousElementSibling,
    Home: rows[0],
    End: rows.at(-1),
  }
  const target = moves[event.key]
  if (target instanceof HTMLElement) {
    event.preventDefault()
    row.tabIndex = -1
    target.tabIndex = 0
    target.focus()
  } else if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault()
    open()
  }
}

function SkeletonRows<Data>({ columns, count }: { columns: ColumnDef<Data>[]; count: number }) {
  return Array.from({ length: count }, (_, row) => `skeleton-${row}`).map((rowKey) => (
    <TableRow key={rowKey}>
      {columns.map((column, index) => (
        <TableCell key={`${rowKey}-${column.id ?? index}`} className={classesOf(column)}>
          <Skeleton className={cn('w-24', index > 0 && 'w-16', metaOf(column).align && 'ml-auto')} />
        </TableCell>
      ))}
    </TableRow>
  ))
}

function metaOf<Data>(column: ColumnDef<Data>): ColumnMeta {
  return (column.meta ?? {}) as ColumnMeta
}

function classesOf<Data>(column: ColumnDef<Data>): string {
  const { align, isHiddenOnPhone, className } = metaOf(column)
  return cn(align === 'right' && 'text-right', isHiddenOnPhone && 'max-sm:hidden', className)
}
