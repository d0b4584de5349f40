'use client'

import { Send } from 'lucide-react'
import { useIsHydrated } from '../auth/use-is-hydrated'
import { CopyButton } from '../ui/copy-button'
import { EmptyState } from '../ui/empty-state'

/** What a payout is, by the call that an agent makes. */
export function NoPayoutsYet() {
  const isHydrated = useIsHydrated()
  const origin = isHydrated ? window.location.origin : ''
  const command = `curl -X POST ${origin}/api/payouts \\
  -H "authorization: Bearer $AGENT_TOKEN" \\
  -H 'content-type: application/json' \\
  -d '{"payoutId":"invoice-1","toAddress":"0x…","amount":"1000000","description":"Invoice 1"}'`
  return (
    <div className="border-t pb-8">
      <EmptyState icon={Send} title="No payouts yet" className="pb-4">
        An agent asks for one, here 1 USDC. Without a mandate it is answered a link on which somebody here
        approves:
      </EmptyState>
      <div className="mx-auto grid max-w-xl gap-2 px-5 text-left">
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
    </div>
  )
}
