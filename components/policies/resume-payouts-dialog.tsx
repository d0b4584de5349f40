'use client'

import type { FormEvent } from 'react'
import { usePerson, useWorkspace } from '../shell/workspace-context'
import { useTRPCClient } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Dialog, DialogContent } from '../ui/dialog'
import { toast } from '../ui/toast'
import { ConnectGate } from '../wallet/connect-gate'
import { EvidenceOutcome } from '../workspaces/evidence-outcome'
import { evidenceWords, useOwnerEvidence } from '../workspaces/use-owner-evidence'
import { usePolicyChanged } from './use-policy'

/** Lets payouts go on: an owner signs over this very stop. */
export function ResumePayoutsDialog({ onClose }: { onClose: () => void }) {
  const { address } = usePerson()
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent
        title="Let payouts go on"
        description="Your wallet will ask once, for a signature over this stop. It costs nothing and moves no money."
      >
        <div className="grid gap-4">
          <ul className="list-disc pl-5 text-ink-muted">
            <li>Agents can ask for payouts again, and mandates pay again.</li>
            <li>What the stop ended stays ended.</li>
            <li>What was signed before the stop is sent now, if its time is not over.</li>
          </ul>
          <ConnectGate address={address} purpose="to sign that payouts go on">
            <SignResume onClose={onClose} />
          </ConnectGate>
        </div>
      </DialogContent>
    </Dialog>
  )
}

function SignResume({ onClose }: { onClose: () => void }) {
  const client = useTRPCClient()
  const { id: workspaceId } = useWorkspace()
  const evidence = useOwnerEvidence()
  const changed = usePolicyChanged()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const isSaved = await evidence.run({
      prepare: () => client.policies.prepareResume.query({ workspaceId }),
      save: (signed) => client.policies.resumePayouts.mutate({ workspaceId, evidence: signed }),
    })
    if (!isSaved) return
    toast.success('Payouts go on')
    onClose()
    await changed()
  }
  return (
    <form className="grid gap-4" onSubmit={submit}>
      <EvidenceOutcome stage={evidence.stage} error={evidence.error} />
      <Button type="submit" variant="primary" size="lg" pending={evidenceWords(evidence.stage)}>
        Sign and let payouts go on
      </Button>
    </form>
  )
}
