import { cn } from './cn'

/** A grey place that keeps the room of what is loading. The region around it says `aria-busy`. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cn('h-4 animate-shimmer rounded-sm bg-line', className)} />
}
