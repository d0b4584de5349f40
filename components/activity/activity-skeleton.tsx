import { cn } from '../ui/cn'
import { Skeleton } from '../ui/skeleton'
import { ROW_COLUMNS } from './activity-item'

/** Rows of the same height as the real ones while the first page is read. */
export function ActivitySkeleton({ rows }: { rows: number }) {
  return (
    <div className="border-t">
      <p role="status" className="sr-only">
        Loading the activity
      </p>
      {Array.from({ length: rows }, (_, row) => `skeleton-${row}`).map((key) => (
        <div
          key={key}
          className={cn(
            'grid h-[5.625rem] grid-cols-[2.25rem_minmax(0,1fr)_auto] items-center gap-x-3 border-b px-4 last:border-b-0 @3xl:h-[4.125rem] @3xl:px-5',
            ROW_COLUMNS,
          )}
        >
          <Skeleton className="size-9 rounded-full" />
          <div className="grid gap-2">
            <Skeleton className="w-24" />
            <Skeleton className="h-3 w-40 max-w-full" />
          </div>
          <Skeleton className="w-20 @max-3xl:hidden" />
          <Skeleton className="w-24 @max-3xl:hidden" />
          <Skeleton className="w-24 justify-self-end" />
        </div>
      ))}
    </div>
  )
}
