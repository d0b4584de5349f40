'use client'

import { useIsHydrated } from '../auth/use-is-hydrated'
import { CopyButton } from '../ui/copy-button'

type CallSnippetProps = {
  path: string
  /** Sent as JSON. */
  body: object
  /** With the token of the agent that calls. */
  isByAgent?: boolean
}

/** A call of an agent to this console, as a command to copy. */
export function CallSnippet({ path, body, isByAgent = false }: CallSnippetProps) {
  const isHydrated = useIsHydrated()
  const command = [
    `curl -X POST ${isHydrated ? window.location.origin : ''}${path}`,
    ...(isByAgent ? ['-H "authorization: Bearer $BURSAR_AGENT_TOKEN"'] : []),
    "-H 'content-type: application/json'",
    `-d '${JSON.stringify(body)}'`,
  ].join(' \\\n  ')
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
