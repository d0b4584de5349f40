import { CircleAlert } from 'lucide-react'
import type { RecipientDescription } from '@/domain/address-book'
import { Address } from '../address/address'
import { lookalikeWords } from '../address-book/lookalike-words'
import { Badge } from '../ui/badge'

/** Whom a mandate pays: each address in full with its name, whether it was ever paid, and what it could be taken for. */
export function MandateRecipients({ recipients }: { recipients: readonly RecipientDescription[] }) {
  return (
    <ul className="grid gap-3">
      {recipients.map((recipient) => (
        <li key={recipient.address} className="grid gap-1">
          <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
            {recipient.name ? (
              <span className="font-medium [overflow-wrap:anywhere]">{recipient.name}</span>
            ) : (
              <span className="text-[0.8125rem] text-ink-muted">Not in the address book</span>
            )}
            {recipient.isFirstTime ? <Badge tone="caution">Never paid before</Badge> : null}
          </span>
          <Address address={recipient.address} isFull />
          <Lookalikes recipient={recipient} />
        </li>
      ))}
    </ul>
  )
}

function Lookalikes({ recipient: { lookalikes } }: { recipient: RecipientDescription }) {
  if (lookalikes.length === 0) return null
  return (
    <div className="grid gap-2 rounded-md border border-danger/30 bg-danger-soft px-3 py-2 text-[0.8125rem]">
      {lookalikes.map((known) => (
        <div key={known.address} className="grid gap-1">
          <p className="flex items-start gap-2 font-medium">
            <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
            <span className="min-w-0 [overflow-wrap:anywhere]">
              It looks like {lookalikeWords(known)}, and is another address:
            </span>
          </p>
          <Address address={known.address} isFull isPlain />
        </div>
      ))}
    </div>
  )
}
