'use client'

import { cn } from '../ui/cn'
import { CopyButton } from '../ui/copy-button'
import { useApiUrl } from './use-api-url'

/** How an agent calls it: its own token, any method, any path behind the slug. */
export function CallExample({ slug, className }: { slug: string; className?: string }) {
  const url = useApiUrl(slug)
  const command = `curl ${url}/v1/search?q=usdc \\\n  -H "Authorization: Bearer $BURSAR_AGENT_TOKEN"`
  return (
    <div className={cn('min-w-0', className)}>
      <div className="flex items-start gap-2 rounded-md border bg-sunken/60 py-2 pr-2 pl-3 text-left">
        <pre className="min-w-0 flex-1 overflow-x-auto py-1 font-mono text-xs leading-relaxed">
          <code>{command}</code>
        </pre>
        <CopyButton value={command} what="the command" />
      </div>
    </div>
  )
}
