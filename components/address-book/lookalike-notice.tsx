import type { Lookalike } from '@/domain/address-book'
import { Address } from '../address/address'
import { Notice } from '../ui/notice'
import { lookalikeWords } from './lookalike-words'

/** The known addresses that the one to be added could be taken for, digit by digit, before it is added all the same. */
export function LookalikeNotice({ lookalikes }: { lookalikes: readonly Lookalike[] }) {
  return (
    <Notice tone="danger" title="It looks like an address that you know, and is another one">
      <span className="grid gap-3">
        <span>
          Somebody may have made it to be taken for the known one. Nothing was added yet. Compare every group
          with what the recipient gave you.
        </span>
        {lookalikes.map((known) => (
          <span key={known.address} className="grid gap-1">
            <span className="font-medium [overflow-wrap:anywhere]">{lookalikeWords(known)}</span>
            <Address address={known.address} isFull isPlain />
          </span>
        ))}
      </span>
    </Notice>
  )
}
