'use client'

import type { PricedApiView } from '@/domain/priced-api'
import { Amount } from '../money/amount'
import { Dialog, DialogContent } from '../ui/dialog'
import { CallExample } from './call-example'

/** Tells a developer how their agent calls an API, and what a call costs. */
export default function CallDialog({ api, onClose }: { api: PricedApiView; onClose: () => void }) {
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent
        title={`Call ${api.name}`}
        description="Any method, path, query and body behind the slug goes to the upstream as it is."
      >
        <div className="grid grid-cols-1 gap-4">
          <CallExample slug={api.slug} />
          <ul className="grid list-disc gap-1.5 pl-5 text-ink-muted">
            <li>
              A call costs <Amount value={api.priceMicroUsdc} className="text-ink" />, taken from the agent’s
              balance. With too little of it the answer is 402.
            </li>
            <li>
              Answers with 4xx are paid for as well. An upstream that is away, late, redirects, refuses its
              own credentials or answers 5xx costs nothing: the agent gets 502 and its money back.
            </li>
            <li>With an Idempotency-Key header a call is forwarded and paid for once.</li>
          </ul>
        </div>
      </DialogContent>
    </Dialog>
  )
}
