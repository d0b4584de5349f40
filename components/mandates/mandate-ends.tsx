import { CircleCheck, Link2 } from 'lucide-react'
import Link from 'next/link'
import type { MandateDetailsView } from '@/domain/mandate'
import { Address } from '../address/address'
import { Button } from '../ui/button'
import { Card, CardBody, CardHeader } from '../ui/card'
import { ErrorState } from '../ui/error-state'
import { Notice } from '../ui/notice'
import { RelativeTime } from '../ui/relative-time'
import { endedWords } from './ended-words'

type Of = { mandate: MandateDetailsView }

/** The same for what never existed and what belongs to another workspace. */
export function NoSuchMandate() {
  return (
    <Card>
      <CardHeader title="No mandate waits here" />
      <CardBody>
        <ErrorState title="There is no such mandate" money="Nothing changed, and no money moved.">
          The address names no mandate of a workspace of yours. Ask for a fresh link, or sign in with the
          account that belongs to the workspace.
        </ErrorState>
      </CardBody>
    </Card>
  )
}

/** The agent belongs to nobody yet; its page comes back here. */
export function LinkFirst({ url }: { url: string }) {
  const { pathname, search } = new URL(url, 'http://local')
  return (
    <Card className="grid justify-items-center gap-4 p-6 text-center">
      <Link2 aria-hidden className="size-8 text-ink-muted" />
      <div className="grid gap-1">
        <h2 className="text-lg font-semibold">Link the agent first</h2>
        <p className="text-ink-muted">
          It belongs to no workspace yet. Link it to one of yours; then you come back to what it asks for.
        </p>
      </div>
      <Button asChild variant="primary" size="lg" className="w-full sm:w-auto">
        <Link href={`${pathname}${search}`}>Link the agent</Link>
      </Button>
    </Card>
  )
}

export function MandateEnded({ mandate }: Of) {
  const { title, words } = endedWords(mandate)
  return (
    <div className="grid gap-3">
      <Notice tone="caution" title={title}>
        {words}
      </Notice>
      <Signers mandate={mandate} />
    </div>
  )
}

export function MandateRevoked({ mandate }: Of) {
  return (
    <Notice tone="danger" title="It was revoked">
      <span className="grid gap-2">
        <span>
          It will never pay again
          {mandate.revokedAt ? (
            <>
              {' '}
              since <RelativeTime at={mandate.revokedAt} />
            </>
          ) : null}
          .
        </span>
        {mandate.revokedBy ? <Address address={mandate.revokedBy} isPlain /> : null}
      </span>
    </Notice>
  )
}

export function MandateSigned({ mandate }: Of) {
  return (
    <div className="grid gap-4">
      <div role="status" className="flex items-start gap-3">
        <CircleCheck aria-hidden className="mt-0.5 size-5 shrink-0 text-positive" />
        <div className="grid min-w-0 gap-2">
          <p className="font-semibold">{mandate.isEnabled ? 'Signed and on' : 'Signed, and turned off'}</p>
          <p className="text-ink-muted">
            {mandate.isEnabled
              ? 'The agent can go on by itself. You can turn it off or revoke it at any time.'
              : 'It pays nothing until an approver turns it on again.'}
          </p>
          <Signers mandate={mandate} />
        </div>
      </div>
      <Button asChild variant="primary" size="lg" className="w-full sm:w-auto sm:justify-self-start">
        <Link href={`/w/${mandate.workspace.slug}/mandates?mandate=${mandate.mandateId}`}>
          See it in the console
        </Link>
      </Button>
    </div>
  )
}

export function WaitsForOthers({ mandate, hasSigned }: Of & { hasSigned: boolean }) {
  return (
    <div className="grid gap-3">
      {hasSigned ? (
        <Notice tone="positive" title={`You have signed. ${missingWords(mandate)}`}>
          Mandates of this size need {mandate.requiredSignatures} signatures. Send this page’s address to
          another owner, admin or approver of {mandate.workspace.name}.
        </Notice>
      ) : (
        <Notice tone="caution" title="Your role cannot sign">
          An owner, admin or approver of {mandate.workspace.name} opens this page and signs.
        </Notice>
      )}
      <Signers mandate={mandate} />
    </div>
  )
}

function missingWords({ requiredSignatures, signatureCount }: MandateDetailsView): string {
  const missing = Math.max(1, requiredSignatures - signatureCount)
  return missing === 1 ? 'One more person has to' : `${missing} more people have to`
}

function Signers({ mandate: { signers } }: Of) {
  if (signers.length === 0) return null
  return (
    <ul aria-label="Signed by" className="grid gap-1.5">
      {signers.map(({ address, signedAt, isCounted }) => (
        <li key={address} className="flex flex-wrap items-center gap-x-2 text-[0.8125rem] text-ink-muted">
          <Address address={address} isPlain size="sm" /> signed <RelativeTime at={signedAt} />
          {isCounted ? null : <span className="text-caution">Does not count: may not approve now</span>}
        </li>
      ))}
    </ul>
  )
}
