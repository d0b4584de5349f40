'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { storedAddress } from '@/domain/address'
import { isRaise, type MemberRole } from '@/domain/roles'
import type { MemberView } from '@/domain/workspace'
import { Address } from '../address/address'
import { usePerson, useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { useTRPC, useTRPCClient } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Dialog, DialogContent } from '../ui/dialog'
import { Field } from '../ui/field'
import { Select } from '../ui/select'
import { toast } from '../ui/toast'
import { ConnectGate } from '../wallet/connect-gate'
import { EvidenceOutcome } from '../workspaces/evidence-outcome'
import { ROLE_OPTIONS, roleWords } from '../workspaces/role-words'
import { evidenceWords, useOwnerEvidence } from '../workspaces/use-owner-evidence'

type ChangeRoleDialogProps = { member: MemberView; onClose: () => void }

/** Gives a member another role: a raise is signed by the owner, lowering takes effect at once. */
export function ChangeRoleDialog({ member, onClose }: ChangeRoleDialogProps) {
  const { address } = usePerson()
  const [role, setRole] = useState<MemberRole>(member.role)
  const isSigned = isRaise(member.role, role)
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent
        title="Change the role"
        description={
          isSigned
            ? 'Raising a role: your wallet will ask once, for a signature over the address and the new role.'
            : 'Lowering a role takes effect at once and needs no signature.'
        }
      >
        <div className="grid gap-4">
          <Address address={member.address} isFull isPlain />
          <Field label="Role">
            {(control) => <Select {...control} value={role} onValueChange={setRole} options={ROLE_OPTIONS} />}
          </Field>
          {isSigned ? (
            <ConnectGate address={address} purpose="to sign the change">
              <SignedChange member={member} role={role} onClose={onClose} />
            </ConnectGate>
          ) : (
            <PlainChange member={member} role={role} onClose={onClose} />
          )}
        </div>
      </DialogContent>
    </Dialog>
  )
}

type ChangeProps = ChangeRoleDialogProps & { role: MemberRole }

function useChanged({ member, role, onClose }: ChangeProps): () => Promise<void> {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  return async () => {
    await queryClient.invalidateQueries({ queryKey: trpc.workspaces.pathKey() })
    toast.success(`The role is ${roleWords(role).label} now`, { description: member.address })
    onClose()
  }
}

function SignedChange(props: ChangeProps) {
  const client = useTRPCClient()
  const { id: workspaceId } = useWorkspace()
  const evidence = useOwnerEvidence()
  const changed = useChanged(props)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const change = { workspaceId, address: storedAddress(props.member.address), role: props.role }
    const isSaved = await evidence.run({
      prepare: () => client.workspaces.prepareRoleChange.query(change),
      save: (signed) => client.workspaces.changeRole.mutate({ ...change, evidence: signed }),
    })
    if (isSaved) await changed()
  }
  return (
    <form className="grid gap-4" onSubmit={submit}>
      <EvidenceOutcome stage={evidence.stage} error={evidence.error} />
      <Button type="submit" variant="primary" size="lg" pending={evidenceWords(evidence.stage)}>
        Sign and raise to {roleWords(props.role).label.toLowerCase()}
      </Button>
    </form>
  )
}

function PlainChange(props: ChangeProps) {
  const trpc = useTRPC()
  const { id: workspaceId } = useWorkspace()
  const changed = useChanged(props)
  const change = useMutation(trpc.workspaces.changeRole.mutationOptions({ onSuccess: changed }))
  const isSame = props.role === props.member.role
  return (
    <div className="grid gap-4">
      {change.isError ? <ProblemState error={change.error} money="Nothing was changed." /> : null}
      <Button
        variant="primary"
        size="lg"
        disabled={isSame}
        pending={change.isPending && 'Saving'}
        onClick={() =>
          change.mutate({ workspaceId, address: storedAddress(props.member.address), role: props.role })
        }
      >
        {isSame ? 'Choose another role' : `Lower to ${roleWords(props.role).label.toLowerCase()}`}
      </Button>
    </div>
  )
}
