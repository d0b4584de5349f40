import { Skeleton } from '@/components/ui/skeleton'

export default function Loading() {
  return (
    <div aria-busy className="grid gap-5">
      <p role="status" className="sr-only">
        Loading the page
      </p>
      <Skeleton className="h-7 w-40" />
      <Skeleton className="h-44 rounded-lg" />
      <div className="grid gap-5 md:grid-cols-2">
        <Skeleton className="h-64 rounded-lg" />
        <Skeleton className="h-64 rounded-lg" />
      </div>
    </div>
  )
}
