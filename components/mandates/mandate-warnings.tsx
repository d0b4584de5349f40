import type { RecipientDescription } from '@/domain/address-book'
import type { MandateWarning } from '@/domain/mandate'
import { Address } from '../address/address'
import { lookalikeWords } from '../address-book/lookalike-words'
import { exactTime } from '../ui/format-time'
import { Notice } from '../ui/notice'

type MandateWarningsProps = {
  /** What the server answered for the terms as they stand now. */
  toSign: {
    warnings: readonly MandateWarning[]
    requiredSignatures: number
    signatureCount: number
    recipients: readonly RecipientDescription[]
    typedData: { message: { validUntil: string } }
  }
}

/** What a person has to know before signing these terms, the gravest first. */
export function MandateWarnings({ toSign }: MandateWarningsProps) {
  const { warnings, requiredSignatures, signatureCount, recipients, typedData } = toSign
  const has = (warning: MandateWarning) => warnings.includes(warning)
  const unpaid = recipients.filter(({ isFirstTime }) => isFirstTime).length
  return (
    <div className="grid gap-3 empty:hidden" aria-live="polite">
      {recipients.map((recipient) => (
        <Lookalike key={recipient.address} recipient={recipient} />
      ))}
      {has('second_signature_needed') ? (
        <Notice tone="caution" title={`${requiredSignatures} people have to sign this`}>
          Mandates of this size need {requiredSignatures} signatures. After yours it pays nothing until
          another owner, admin or approver has signed too.
        </Notice>
      ) : requiredSignatures > 1 ? (
        <Notice title="Your signature completes it">
          Mandates of this size need {requiredSignatures} signatures, and {signatureCount} of them{' '}
          {signatureCount === 1 ? 'is' : 'are'} there. With yours it pays at once.
        </Notice>
      ) : null}
      {has('any_recipient') ? (
        <Notice tone="caution" title="It may pay anybody">
          No address is named. Name those that it may pay, or keep the amount small.
        </Notice>
      ) : null}
      {has('pays_no_payouts') ? (
        <Notice title="It pays no payouts">
          It was asked for calls to the hosts that it names; the agent goes on asking for each payout.
        </Notice>
      ) : null}
      {unpaid > 0 ? (
        <Notice tone="caution" title={unpaidWords(unpaid, recipients.length)}>
          Compare every digit with what the recipient gave you: signed, it pays there without asking.
        </Notice>
      ) : null}
      {has('ends_soon') ? (
        <Notice tone="caution" title="It ends within the hour">
          On {exactTime(new Date(Number(typedData.message.validUntil) * 1000))} it pays nothing any more.
        </Notice>
      ) : null}
    </div>
  )
}

function unpaidWords(unpaid: number, all: number): string {
  if (all === 1) return 'Its address was never paid before'
  if (unpaid === all) return 'None of its addresses was ever paid before'
  return unpaid === 1
    ? 'One of its addresses was never paid before'
    : `${unpaid} of its addresses were never paid before`
}

function Lookalike({ recipient }: { recipient: RecipientDescription }) {
  const [known] = recipient.lookalikes
  if (!known) return null
  return (
    <Notice
      tone="danger"
      title={`${recipient.name ?? 'One of its addresses'} looks like ${lookalikeWords(known)}, and is another address`}
    >
      <span className="grid gap-2">
        Somebody may have made it to be taken for the known one. It would pay:
        <Address address={recipient.address} isFull isPlain />
        The known one is:
        <Address address={known.address} isFull isPlain />
      </span>
    </Notice>
  )
}
