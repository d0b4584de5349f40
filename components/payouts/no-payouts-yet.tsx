import { Send } from 'lucide-react'
import { CallSnippet } from '../docs/call-snippet'
import { EmptyState } from '../ui/empty-state'

const PAYOUT = { payoutId: 'invoice-1', toAddress: '0x…', amount: '1000000', description: 'Invoice 1' }

/** What a payout is, by the call that an agent makes. */
export function NoPayoutsYet() {
  return (
    <div className="border-t pb-8">
      <EmptyState icon={Send} title="No payouts yet" className="pb-4">
        An agent asks for one, here 1 USDC. Without a mandate it is answered a link on which somebody here
        approves:
      </EmptyState>
      <div className="mx-auto max-w-xl px-5">
        <CallSnippet path="/api/payouts" body={PAYOUT} isByAgent />
      </div>
    </div>
  )
}
