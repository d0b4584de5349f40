'use client'

import { cn } from '../ui/cn'
import { CopyButton } from '../ui/copy-button'

type CodeBlockProps = { text: string; what: string; className?: string }

/** Text as it is, whoever wrote it, with a button that copies it. Long lines scroll; a long text scrolls within. */
export function CodeBlock({ text, what, className }: CodeBlockProps) {
  return (
    <div
      className={cn(
        'flex min-w-0 items-start gap-2 rounded-md border bg-sunken/60 py-2 pr-2 pl-3',
        className,
      )}
    >
      <section aria-label={what} className="max-h-80 min-w-0 flex-1 overflow-auto py-1">
        <pre className="font-mono text-xs leading-relaxed">{text}</pre>
      </section>
      <CopyButton value={text} what={what} />
    </div>
  )
}
