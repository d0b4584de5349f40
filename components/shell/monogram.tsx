/** A workspace's first letter. */
export function Monogram({ name }: { name: string }) {
  return (
    <span
      aria-hidden
      className="flex size-7 shrink-0 items-center justify-center rounded-md border bg-surface text-xs font-semibold text-accent-ink"
    >
      {Array.from(name)[0]?.toUpperCase()}
    </span>
  )
}
