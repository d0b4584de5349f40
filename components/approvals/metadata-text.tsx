import { showJson } from '@/domain/visible-text'

/** What an agent attached, as the text of its JSON: nothing in it becomes a link, markup or code. */
export function MetadataText({
  metadata,
  className = 'px-5 py-4',
}: {
  metadata: unknown
  className?: string
}) {
  if (metadata === null || metadata === undefined) return null
  return (
    <details className={className}>
      <summary className="cursor-pointer text-[0.8125rem] text-ink-muted">What the agent attached</summary>
      <pre className="mt-2 max-h-80 overflow-y-auto rounded-md bg-sunken p-3 font-mono text-xs whitespace-pre-wrap [overflow-wrap:anywhere]">
        <bdi dir="ltr">{showJson(metadata)}</bdi>
      </pre>
    </details>
  )
}
