'use client'

import { useIsHydrated } from '../auth/use-is-hydrated'
import { CopyButton } from '../ui/copy-button'

/** The call by which an agent asks for a mandate: 25 USDC within eight hours, 5 USDC for each payout. */
export function AskSnippet() {
  const isHydrated = useIsHydrated()
  const origin = isHydrated ? window.location.origin : ''
  const command = `curl -X POST ${origin}/api/mandates/create-intent \\
  -H "Authorization: Bearer $BURSAR_AGENT_TOKEN" \\
  -H 'content-type: application/json' \\
  -d '{"intent":{"naturalLanguage":"Pay the data suppliers","limitAmount":"25000000","validForSeconds":28800,"maxAmountPerTx":"5000000"}}'`
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
