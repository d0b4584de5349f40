'use client'

import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import dynamic from 'next/dynamic'
import { parseAsString, useQueryState } from 'nuqs'
import { useCallback, useMemo, useState } from 'react'
import type { AddressBookEntryView } from '@/domain/address-book'
import { useMay, useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { StaleNotice } from '../trpc/stale-notice'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Card, CardHeader } from '../ui/card'
import { ExportCsv } from '../ui/export-csv'
import { Input } from '../ui/input'
import { EntriesTable, type EntryAct } from './entries-table'
import { findEntries } from './find-entries'

const EntryDialog = dynamic(() => import('./entry-dialog'), { ssr: false })
const RemoveEntryDialog = dynamic(() => import('./remove-entry-dialog'), { ssr: false })

// The list is here already: the field shows each letter at once, the address follows a few times a second.
const searchParser = parseAsString.withDefault('')

type Asked = { act: 'add' } | { act: EntryAct; entry: AddressBookEntryView }

/** The names that this workspace gave to addresses; approvals show them beside the digits. */
export function AddressBookTab() {
  const trpc = useTRPC()
  const { id: workspaceId } = useWorkspace()
  const mayManage = useMay('manage-address-book')
  const book = useQuery(trpc.addressBook.list.queryOptions({ workspaceId }))
  const [text, setText] = useQueryState('q', searchParser)
  const [asked, setAsked] = useState<Asked | null>(null)
  const ask = useCallback((act: EntryAct, entry: AddressBookEntryView) => setAsked({ act, entry }), [])
  const add = () => setAsked({ act: 'add' })
  const entries = book.data?.entries ?? []
  const found = useMemo(() => findEntries(book.data?.entries ?? [], text), [book.data, text])
  return (
    <Card aria-labelledby="address-book-heading" aria-busy={book.isPending}>
      <CardHeader
        id="address-book-heading"
        title="Address book"
        description="Who you pay. Approvers see the name, and are warned of an address that only looks like one of these."
        actions={
          <BookActions
            workspaceId={workspaceId}
            isAnything={entries.length > 0}
            onAdd={mayManage ? add : null}
          />
        }
      />
      {entries.length > 0 ? (
        <div className="px-5 pb-3">
          <Input
            type="search"
            aria-label="Search the address book"
            placeholder="Name, note or address"
            value={text}
            onChange={(event) => void setText(event.target.value || null)}
            className="sm:max-w-xs"
          />
          <p role="status" className="sr-only">
            {text ? `${found.length} of ${entries.length} shown` : ''}
          </p>
        </div>
      ) : null}
      <StaleNotice query={book} className="mx-5 mb-4" />
      {book.isError && !book.data ? (
        <ProblemState error={book.error} onRetry={() => book.refetch()} className="mx-5 mb-5" />
      ) : (
        <EntriesTable
          entries={found}
          isLoading={book.isPending}
          searched={text}
          onAsk={mayManage ? ask : null}
          onAdd={mayManage ? add : null}
          onClear={() => void setText(null)}
        />
      )}
      <AskedDialog asked={asked} onClose={() => setAsked(null)} />
    </Card>
  )
}

type BookActionsProps = { workspaceId: string; isAnything: boolean; onAdd: (() => void) | null }

function BookActions({ workspaceId, isAnything, onAdd }: BookActionsProps) {
  if (!isAnything) return null
  return (
    <>
      <ExportCsv href={`/api/v1/address-book.csv?${new URLSearchParams({ workspaceId })}`} />
      {onAdd ? (
        <Button variant="primary" size="sm" onClick={onAdd}>
          <Plus aria-hidden />
          Add
        </Button>
      ) : null}
    </>
  )
}

function AskedDialog({ asked, onClose }: { asked: Asked | null; onClose: () => void }) {
  switch (asked?.act) {
    case 'add':
      return <EntryDialog entry={null} onClose={onClose} />
    case 'edit':
      return <EntryDialog entry={asked.entry} onClose={onClose} />
    case 'remove':
      return <RemoveEntryDialog entry={asked.entry} onClose={onClose} />
    default:
      return null
  }
}
