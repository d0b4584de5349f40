'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { type AddressBookEntryView, addEntryInput, type Lookalike } from '@/domain/address-book'
import { Address } from '../address/address'
import { useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { readProblem } from '../trpc/read-problem'
import { useTRPC, useTRPCClient } from '../trpc/trpc'
import { Button } from '../ui/button'
import { cn } from '../ui/cn'
import { Dialog, DialogContent } from '../ui/dialog'
import { Field } from '../ui/field'
import { Input, inputStyles } from '../ui/input'
import { toast } from '../ui/toast'
import { LookalikeNotice } from './lookalike-notice'

type EntryDialogProps = {
  /** Null adds one. */
  entry: AddressBookEntryView | null
  onClose: () => void
}

const { address: addressField, name: nameField, note: noteField } = addEntryInput.shape

/** Gives an address a name, or changes the name and note of one; another address is another entry. */
export default function EntryDialog({ entry, onClose }: EntryDialogProps) {
  const { id: workspaceId } = useWorkspace()
  const [address, setAddress] = useState(entry?.address ?? '')
  const [name, setName] = useState(entry?.name ?? '')
  const [note, setNote] = useState(entry?.note ?? '')
  const [wasAsked, setWasAsked] = useState(false)
  const read = {
    address: addressField.safeParse(address.trim()),
    name: nameField.safeParse(name),
    note: noteField.safeParse(note),
  }
  const save = useSaveEntry(entry, onClose)
  const lookalikes = lookalikesOf(save.error)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setWasAsked(true)
    if (save.isPending || !read.address.success || !read.name.success || !read.note.success) return
    save.mutate({
      workspaceId,
      address: read.address.data,
      name: read.name.data,
      note: read.note.data ?? null,
      // Only what was shown is accepted: another address asks anew.
      isLookalikeAccepted: lookalikes.length > 0,
    })
  }
  const refusalOf = (field: keyof typeof read, typed: string) =>
    wasAsked || typed !== '' ? (read[field].error?.issues[0]?.message ?? null) : null
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent
        title={entry ? `Change ${entry.name}` : 'Add an address'}
        description="Compare all digits with what the recipient gave you, over a channel you trust."
      >
        <form className="grid gap-4" onSubmit={submit} noValidate>
          {entry ? (
            <div className="rounded-md border bg-sunken/60 p-3">
              <Address address={entry.address} isFull />
            </div>
          ) : (
            <Field label="Address" error={wasAsked ? refusalOf('address', address) : null} isRequired>
              {(control) => (
                <Input
                  {...control}
                  value={address}
                  onChange={(event) => {
                    setAddress(event.target.value)
                    save.reset()
                  }}
                  autoComplete="off"
                  spellCheck={false}
                  placeholder="0x…"
                  className="font-mono"
                />
              )}
            </Field>
          )}
          {!entry && read.address.success ? (
            <div className="rounded-md border bg-sunken/60 p-3">
              <Address address={read.address.data} isFull isPlain />
            </div>
          ) : null}
          <Field label="Name" error={refusalOf('name', name)} isRequired>
            {(control) => (
              <Input
                {...control}
                value={name}
                onChange={(event) => setName(event.target.value)}
                autoComplete="off"
                placeholder="Paper supplier"
              />
            )}
          </Field>
          <Field label="Note" hint="For your team; nobody else sees it." error={refusalOf('note', note)}>
            {(control) => (
              <textarea
                {...control}
                value={note}
                onChange={(event) => setNote(event.target.value)}
                rows={3}
                className={cn(inputStyles, 'h-auto py-2 sm:h-auto')}
              />
            )}
          </Field>
          {lookalikes.length > 0 ? (
            <LookalikeNotice lookalikes={lookalikes} />
          ) : save.isError ? (
            <ProblemState error={save.error} />
          ) : null}
          <Button
            type="submit"
            variant={lookalikes.length > 0 ? 'danger' : 'primary'}
            size="lg"
            pending={save.isPending && 'Saving'}
          >
            {entry
              ? 'Save'
              : lookalikes.length > 0
                ? 'I have compared it: add it all the same'
                : 'Add to the address book'}
          </Button>
        </form>
      </DialogContent>
    </Dialog>
  )
}

/** What the server wants compared before it adds the address. */
function lookalikesOf(error: unknown): Lookalike[] {
  const { code, details } = readProblem(error)
  return code === 'lookalike_recipient' && Array.isArray(details.lookalikes) ? details.lookalikes : []
}

type Saving = {
  workspaceId: string
  address: string
  name: string
  note: string | null
  isLookalikeAccepted: boolean
}

function useSaveEntry(entry: AddressBookEntryView | null, onSaved: () => void) {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ workspaceId, address, name, note, isLookalikeAccepted }: Saving) =>
      entry
        ? client.addressBook.update.mutate({ workspaceId, id: entry.id, name, note })
        : client.addressBook.add.mutate({ workspaceId, address, name, note, isLookalikeAccepted }),
    onSuccess: async (saved) => {
      await queryClient.invalidateQueries({ queryKey: trpc.addressBook.pathKey() })
      toast.success(entry ? `${saved.name} is changed` : `${saved.name} is in the address book`)
      onSaved()
    },
  })
}
