'use client'

import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { Controller, useForm } from 'react-hook-form'
import * as z from 'zod'
import { addressSchema } from '@/domain/address-schema'
import { MEMBER_ROLES } from '@/domain/roles'
import { Address } from '../address/address'
import { shortAddress } from '../address/short-address'
import { usePerson, useWorkspace } from '../shell/workspace-context'
import { useTRPC, useTRPCClient } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Dialog, DialogContent } from '../ui/dialog'
import { Field } from '../ui/field'
import { Input } from '../ui/input'
import { Select } from '../ui/select'
import { toast } from '../ui/toast'
import { ConnectGate } from '../wallet/connect-gate'
import { EvidenceOutcome } from '../workspaces/evidence-outcome'
import { ROLE_OPTIONS } from '../workspaces/role-words'
import { evidenceWords, useOwnerEvidence } from '../workspaces/use-owner-evidence'

const inviteForm = z.object({ address: addressSchema, role: z.enum(MEMBER_ROLES) })

type InviteDialogProps = { open: boolean; onOpenChange: (open: boolean) => void }

/** Invites a wallet address with a role; the owner signs what is being granted. */
export function InviteDialog({ open, onOpenChange }: InviteDialogProps) {
  const { name } = useWorkspace()
  const { address } = usePerson()
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent
        title={`Invite somebody to ${name}`}
        description="Your wallet will ask once: for a signature over the address and the role. It sends nothing and costs nothing."
      >
        <ConnectGate address={address} purpose="to sign the invitation">
          <InviteForm onDone={() => onOpenChange(false)} />
        </ConnectGate>
      </DialogContent>
    </Dialog>
  )
}

function InviteForm({ onDone }: { onDone: () => void }) {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queryClient = useQueryClient()
  const { id: workspaceId } = useWorkspace()
  const evidence = useOwnerEvidence()
  const form = useForm<z.input<typeof inviteForm>, unknown, z.output<typeof inviteForm>>({
    resolver: zodResolver(inviteForm),
    defaultValues: { address: '', role: 'VIEWER' },
    mode: 'onTouched',
  })
  const typed = addressSchema.safeParse(form.watch('address'))
  const submit = form.handleSubmit(async ({ address, role }) => {
    const change = { workspaceId, address, role }
    const isSaved = await evidence.run({
      prepare: () => client.workspaces.prepareInvite.query(change),
      save: (signed) => client.workspaces.invite.mutate({ ...change, evidence: signed }),
    })
    if (!isSaved) return
    await queryClient.invalidateQueries({ queryKey: trpc.workspaces.pathKey() })
    toast.success(`Invited ${shortAddress(address)}`, {
      description: 'They join by signing in here with that wallet.',
    })
    onDone()
  })
  return (
    <form className="grid gap-4" onSubmit={submit} noValidate>
      <Field label="Wallet address" error={form.formState.errors.address?.message}>
        {(control) => (
          <Input
            {...control}
            {...form.register('address')}
            placeholder="0x…"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            className="font-mono text-[0.8125rem]"
          />
        )}
      </Field>
      {typed.success ? (
        <div className="rounded-md border bg-sunken/60 p-3">
          <p className="mb-2 text-[0.8125rem] text-ink-muted">
            Compare every group with what you were given:
          </p>
          <Address address={typed.data} isFull isPlain />
        </div>
      ) : null}
      <Controller
        control={form.control}
        name="role"
        render={({ field }) => (
          <Field label="Role">
            {(control) => (
              <Select
                {...control}
                value={field.value}
                onValueChange={field.onChange}
                options={ROLE_OPTIONS}
              />
            )}
          </Field>
        )}
      />
      <EvidenceOutcome stage={evidence.stage} error={evidence.error} />
      <Button type="submit" variant="primary" size="lg" pending={evidenceWords(evidence.stage)}>
        Sign and invite
      </Button>
    </form>
  )
}
