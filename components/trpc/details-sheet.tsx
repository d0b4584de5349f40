'use client'

import type { ReactNode } from 'react'
import { ErrorState } from '../ui/error-state'
import { Sheet, SheetContent } from '../ui/sheet'
import { Skeleton } from '../ui/skeleton'
import { ProblemState } from './problem-state'
import { type AskedQuery, StaleNotice } from './stale-notice'

type DetailsSheetProps<Data> = {
  /** What it shows, as in "There is no such mandate". */
  thing: string
  title: string
  /** Whether the id in the address can name one at all. */
  isId: boolean
  query: AskedQuery & { data: Data | undefined }
  onClose: () => void
  className?: string
  children: (data: Data) => ReactNode
}

/** One row of a list beside it: while it loads, when it cannot be read, when there is none, and when it is old. */
export function DetailsSheet<Data>(props: DetailsSheetProps<Data>) {
  const { thing, title, isId, query, onClose, className, children } = props
  return (
    <Sheet open onOpenChange={(open) => (open ? undefined : onClose())}>
      <SheetContent title={title} {...(className ? { className } : {})}>
        {query.data !== undefined ? (
          <>
            <StaleNotice query={query} className="mb-5" />
            {children(query.data)}
          </>
        ) : query.isError ? (
          <ProblemState error={query.error} onRetry={() => query.refetch()} />
        ) : isId ? (
          <div className="grid gap-3" aria-busy="true">
            <Skeleton className="h-6 w-24" />
            <Skeleton className="h-24 w-full" />
            <Skeleton className="h-24 w-full" />
          </div>
        ) : (
          <ErrorState title={`There is no such ${thing}`} money="No money moved.">
            The address names no {thing} of this workspace.
          </ErrorState>
        )}
      </SheetContent>
    </Sheet>
  )
}
