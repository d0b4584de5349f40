import type { ReactNode } from 'react'
import { cn } from '../ui/cn'

type ChartFigureProps = {
  /** The chart in a sentence, for who cannot see it. */
  summary: string
  isTable: boolean
  table: ReactNode
  plot: ReactNode
  className?: string
}

/** The chart, or its table in a frame of the same height that scrolls by itself. */
export function ChartFigure({ summary, isTable, table, plot, className }: ChartFigureProps) {
  if (isTable) {
    return (
      <section aria-label={summary} className={cn('h-full overflow-y-auto rounded-md border', className)}>
        {table}
      </section>
    )
  }
  return (
    <figure className={cn('h-full min-w-0', className)}>
      <figcaption className="sr-only">{summary}</figcaption>
      {plot}
    </figure>
  )
}
