'use client'

import { useIsHydrated } from '../auth/use-is-hydrated'
import { CopyButton } from '../ui/copy-button'

/** The call by which an agent registers itself and gets the link that a person opens. */
export function RegisterSnippet() {
  const isHydrated = useIsHydrated()
  const origin = isHydrated ? window.location.origin : ''
  const command = `curl -X POST ${origin}/api/agents/register \\
  -H 'content-type: application/json' \\
  -d '{"agent_name":"My agent","client_info":"curl"}'`
  return (
    <div className="grid gap-2 text-left">
      <pre className="max-w-full overflow-x-auto rounded-md border bg-sunken px-3 py-2.5 font-mono text-xs">
        {command}
      </pre>
      <CopyButton
        value={command}
        what="the command"
        label="Copy the command"
        className="justify-self-start"
      />
    </div>
  )
}
