'use client'

import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { formatUsdc } from '@/domain/money'
import { isLowerPolicy } from '@/domain/policy'
import { AmountField } from '../money/amount-field'
import { readAmount } from '../money/read-amount'
import { usePerson, useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { useTRPC, useTRPCClient } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Dialog, DialogContent } from '../ui/dialog'
import { RadioCards } from '../ui/radio-cards'
import { toast } from '../ui/toast'
import { ConnectGate } from '../wallet/connect-gate'
import { EvidenceOutcome } from '../workspaces/evidence-outcome'
import { evidenceWords, useOwnerEvidence } from '../workspaces/use-owner-evidence'
import { usePolicyChanged } from './use-policy'

const PRESETS = [100, 1000, 10_000].map((whole) => ({
  label: whole.toLocaleString('en'),
  amount: BigInt(whole) * 1_000_000n,
}))
const CHOICES = [
  { value: 'from', label: 'From an amount', description: 'Two people sign for it and for anything larger.' },
  { value: 'never', label: 'Never', description: 'One approver is enough for any amount.' },
] as const

type DialogProps = { current: string | null; onClose: () => void }

/** Sets from which amount two approvers are needed; whatever asks for less care than before is signed. */
export function TwoApproversDialog({ current, onClose }: DialogProps) {
  const { address } = usePerson()
  const [choice, setChoice] = useState<'from' | 'never'>('from')
  const [text, setText] = useState(current === null ? '' : formatUsdc(BigInt(current)))
  const read = readAmount(text)
  const before = current === null ? null : BigInt(current)
  const chosen = choice === 'never' ? null : read.ok ? read.amount : undefined
  const isLower = chosen !== undefined && isLowerPolicy(before, chosen)
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent
        title="Two approvers"
        description={
          isLower
            ? 'This asks for less care than now: your wallet will ask once, for a signature over both amounts.'
            : 'Asking for more care takes effect at once and needs no signature. Mandates of at least this amount wait for a second signature.'
        }
      >
        <div className="grid gap-4">
          <RadioCards
            legend="When two approvers are needed"
            value={choice}
            onValueChange={setChoice}
            options={CHOICES}
          />
          {choice === 'from' ? (
            <AmountField label="From" value={text} onChange={setText} presets={PRESETS} />
          ) : null}
          {isLower ? (
            <ConnectGate address={address} purpose="to sign the change">
              <SignedChange chosen={chosen} onClose={onClose} />
            </ConnectGate>
          ) : (
            <PlainChange chosen={chosen} isSame={chosen === before} onClose={onClose} />
          )}
        </div>
      </DialogContent>
    </Dialog>
  )
}

type ChangeProps = { chosen: bigint | null | undefined; onClose: () => void }

function useSaved(onClose: () => void) {
  const changed = usePolicyChanged()
  return async ({ mandatesSentBack }: { mandatesSentBack: number }) => {
    toast.success(
      'The policy is saved',
      mandatesSentBack > 0
        ? { description: `Waiting for a second signature now: ${mandatesSentBack} mandates.` }
        : undefined,
    )
    onClose()
    await changed()
  }
}

function PlainChange({ chosen, isSame, onClose }: ChangeProps & { isSame: boolean }) {
  const trpc = useTRPC()
  const { id: workspaceId } = useWorkspace()
  const saved = useSaved(onClose)
  const update = useMutation(trpc.policies.update.mutationOptions({ onSuccess: saved }))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (chosen !== undefined && !isSame && !update.isPending) {
      update.mutate({ workspaceId, twoApproversFrom: chosen?.toString() ?? null })
    }
  }
  return (
    <form className="grid gap-4" onSubmit={submit}>
      {update.isError ? <ProblemState error={update.error} money="Nothing was changed." /> : null}
      <Button
        type="submit"
        variant="primary"
        size="lg"
        disabled={chosen === undefined || isSame}
        pending={update.isPending && 'Saving'}
      >
        {isSame ? 'It is so already' : 'Save the policy'}
      </Button>
    </form>
  )
}

function SignedChange({ chosen, onClose }: ChangeProps) {
  const client = useTRPCClient()
  const { id: workspaceId } = useWorkspace()
  const evidence = useOwnerEvidence()
  const saved = useSaved(onClose)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const change = { workspaceId, twoApproversFrom: chosen?.toString() ?? null }
    const isSaved = await evidence.run({
      prepare: () => client.policies.prepareChange.query(change),
      save: (signed) => client.policies.update.mutate({ ...change, evidence: signed }),
    })
    if (isSaved) await saved({ mandatesSentBack: 0 })
  }
  return (
    <form className="grid gap-4" onSubmit={submit}>
      <EvidenceOutcome stage={evidence.stage} error={evidence.error} />
      <Button type="submit" variant="primary" size="lg" pending={evidenceWords(evidence.stage)}>
        Sign and save the policy
      </Button>
    </form>
  )
}
