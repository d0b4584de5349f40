import type { ApprovalWarning } from '@/domain/approval'
import { Address } from '../address/address'
import { lookalikeWords } from '../address-book/lookalike-words'
import { Amount } from '../money/amount'
import { exactTime } from '../ui/format-time'
import { Notice } from '../ui/notice'
import { refusalWords } from './refusal-words'

/** What speaks for a second look, the gravest first. */
export function ApprovalWarnings({ warnings }: { warnings: readonly ApprovalWarning[] }) {
  const sorted = [...warnings].sort((one, other) => RANK[one.code] - RANK[other.code])
  return sorted.map((warning) => (
    <Warning key={warning.code === 'look_alike' ? warning.address : warning.code} warning={warning} />
  ))
}

const RANK: Record<ApprovalWarning['code'], number> = {
  look_alike: 0,
  insufficient_funds: 1,
  first_time_recipient: 2,
  mandate_refused: 3,
  balance_unknown: 4,
}

function Warning({ warning }: { warning: ApprovalWarning }) {
  switch (warning.code) {
    case 'look_alike':
      return (
        <Notice tone="danger" title={`It looks like ${lookalikeWords(warning)}, and is another address`}>
          <span className="grid gap-2">
            Somebody may have made it to be taken for the known one. Compare every group with the recipient
            below:
            <Address address={warning.address} isFull isPlain />
          </span>
        </Notice>
      )
    case 'first_time_recipient':
      return (
        <Notice tone="caution" title="First payout to this address">
          This workspace has never paid it.{' '}
          {warning.named
            ? `It was named “${warning.named.name}” ${exactTime(new Date(warning.named.at * 1000))}, after a payout to it was asked for: the name proves nothing.`
            : 'Nobody has named it in the address book.'}{' '}
          Compare it with what the recipient gave you.
        </Notice>
      )
    case 'insufficient_funds':
      return (
        <Notice tone="caution" title="The wallet does not hold enough">
          <Amount value={warning.available} /> are free, <Amount value={warning.required} /> are needed. Fund
          the payout wallet before you approve; otherwise the payout fails, and nothing is sent.
        </Notice>
      )
    case 'mandate_refused':
      return (
        <Notice title="Why you are asked">
          {refusalWords(warning.refusal)} Your approval pays this one; the mandate stays as it is.
        </Notice>
      )
    case 'balance_unknown':
      return (
        <Notice tone="caution" title="The balance is not known just now">
          The chain does not answer. You can decide all the same: without enough USDC nothing is sent.
        </Notice>
      )
  }
}
