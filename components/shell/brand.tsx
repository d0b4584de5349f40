import { cn } from '../ui/cn'

/** The mark and the name. */
export function Brand({ className }: { className?: string }) {
  return (
    <span className={cn('flex items-center gap-2 text-[0.9375rem] font-semibold', className)}>
      <BrandMark className="size-6" />
      Bursar
    </span>
  )
}

export function BrandMark({ className }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 32 32" className={className}>
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <path
        d="M11 7.5v17M11 8.5h6.200a3.5 3.5 0 0 1 0 7.200H11h7a3.9 3.9 0 0 1 0 7.800h-7"
        fill="none"
        stroke="#fff"
        strokeWidth="2.8"
        strokeLinejoin="round"
      />
    </svg>
  )
}
