'use client'

import { ChevronDown } from 'lucide-react'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import type { MandateRowView } from '@/domain/mandate'
import { Button } from '../ui/button'
import { cn } from '../ui/cn'
import { ConnectGate } from '../wallet/connect-gate'
import { EvidenceOutcome } from '../workspaces/evidence-outcome'
import { evidenceWords } from '../workspaces/use-owner-evidence'
import { LowerTermsFields } from './lower-terms-fields'
import { MandateWarnings } from './mandate-warnings'
import { draftOf, readTerms, type TermsDraft, type TermsField } from './read-terms'
import { useMandateSigning } from './use-mandate-signing'
import { useTermsToSign } from './use-terms-to-sign'

type MandateSigningProps = { mandate: MandateRowView; address: `0x${string}` }

/** Lowering, if the person wants to, and the one signature. */
export function MandateSigning({ mandate, address }: MandateSigningProps) {
  const { stage, error, sign } = useMandateSigning({ mandateId: mandate.mandateId, address })
  const form = useForm<TermsDraft>({
    defaultValues: draftOf(mandate),
    mode: 'onTouched',
    resolver: (values) => {
      const read = readTerms(values, mandate)
      if (read.ok) return { values, errors: {} }
      const named = Object.entries(read.errors) as [TermsField, string][]
      return {
        values: {},
        errors: Object.fromEntries(named.map(([field, message]) => [field, { type: 'rule', message }])),
      }
    },
  })
  const read = readTerms(form.watch(), mandate)
  const lowered = read.ok ? read.count : 0
  // The first signature has fixed the terms for everybody after.
  const mayLower = !mandate.areTermsFixed
  const pending = evidenceWords(stage)
  const { toSign, isCurrent } = useTermsToSign({
    mandateId: mandate.mandateId,
    terms: read.ok ? read.terms : null,
  })
  // What is said above the button has to be about the terms that are signed.
  const isChecking = toSign !== null && read.ok && !isCurrent
  const submit = form.handleSubmit(async (values) => {
    const chosen = readTerms(values, mandate)
    if (chosen.ok && !isChecking) await sign(chosen.terms)
  })
  return (
    <form className="grid gap-4" onSubmit={submit} noValidate>
      {mayLower ? (
        <Lowering count={lowered} hasErrors={!form.formState.isValid && form.formState.isSubmitted}>
          <LowerTermsFields form={form} mandate={mandate} disabled={pending !== null} />
        </Lowering>
      ) : null}
      {toSign ? <MandateWarnings toSign={toSign} /> : null}
      <ConnectGate address={address} purpose="to sign the mandate">
        <div className="grid gap-3">
          <p className="text-[0.8125rem] text-ink-muted">
            Your wallet asks once: to sign this mandate as typed data, with the numbers{' '}
            {lowered > 0 ? 'as you lowered them' : 'above'}.{' '}
            {toSign?.warnings.includes('second_signature_needed')
              ? 'Another person’s wallet has to sign it too. '
              : ''}
            Signing sends no transaction, costs no gas and moves no money.
          </p>
          <EvidenceOutcome stage={stage} error={error} />
          <Button
            type="submit"
            variant="primary"
            size="lg"
            className="w-full"
            pending={pending ?? (isChecking && 'Checking what it means')}
          >
            {lowered > 0 ? 'Sign as lowered' : 'Sign the mandate'}
          </Button>
        </div>
      </ConnectGate>
    </form>
  )
}

type LoweringProps = { count: number; hasErrors: boolean; children: React.ReactNode }

/** Closed at first, so that a phone shows what is asked and the button without scrolling past fields. */
function Lowering({ count, hasErrors, children }: LoweringProps) {
  const [isOpen, setIsOpen] = useState(false)
  const isShown = isOpen || hasErrors
  return (
    <div className="rounded-lg border">
      <button
        type="button"
        aria-expanded={isShown}
        onClick={() => setIsOpen(!isShown)}
        className="flex min-h-11 w-full items-center justify-between gap-3 px-4 py-2.5 text-left font-medium"
      >
        <span>
          Lower it before signing
          {count > 0 ? (
            <span className="ml-2 text-[0.8125rem] font-normal text-accent-ink">{count} lowered</span>
          ) : null}
        </span>
        <ChevronDown aria-hidden className={cn('size-4 shrink-0 text-ink-muted', isShown && 'rotate-180')} />
      </button>
      {isShown ? <div className="border-t px-4 py-4">{children}</div> : null}
    </div>
  )
}
