'use client'

import { zodResolver } from '@hookform/resolvers/zod'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import type { ReactNode } from 'react'
import { useForm } from 'react-hook-form'
import { updateWorkspaceInput } from '@/domain/workspace'
import { Address } from '../address/address'
import { useMay, useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Card, CardBody, CardFooter, CardHeader } from '../ui/card'
import { Field } from '../ui/field'
import { Input } from '../ui/input'
import { RelativeTime } from '../ui/relative-time'
import { Skeleton } from '../ui/skeleton'
import { toast } from '../ui/toast'

/** Name, address in the console and wallet of the workspace. */
export function GeneralTab() {
  return (
    <div className="grid max-w-3xl gap-5">
      <NameCard />
      <FactsCard />
    </div>
  )
}

function NameCard() {
  const trpc = useTRPC()
  const router = useRouter()
  const queryClient = useQueryClient()
  const { id, name } = useWorkspace()
  const mayManage = useMay('manage-workspace')
  const form = useForm<{ name: string }>({
    resolver: zodResolver(updateWorkspaceInput),
    values: { name },
  })
  const update = useMutation(
    trpc.workspaces.update.mutationOptions({
      onSuccess: async (workspace) => {
        toast.success(`The workspace is called ${workspace.name} now`)
        await queryClient.invalidateQueries({ queryKey: trpc.workspaces.pathKey() })
        router.refresh()
      },
    }),
  )
  return (
    <Card>
      <form
        noValidate
        onSubmit={form.handleSubmit((input) => update.mutate({ workspaceId: id, name: input.name }))}
      >
        <CardHeader title="Name" description="Shown to everybody in the workspace." />
        <CardBody className="grid gap-4">
          <Field
            label="Workspace name"
            error={form.formState.errors.name?.message}
            hint={mayManage ? undefined : 'Owners and admins can change it.'}
            className="max-w-md"
          >
            {(control) => <Input {...control} {...form.register('name')} readOnly={!mayManage} />}
          </Field>
          {update.isError ? <ProblemState error={update.error} /> : null}
        </CardBody>
        {mayManage ? (
          <CardFooter>
            <Button
              type="submit"
              variant="primary"
              disabled={!form.formState.isDirty}
              pending={update.isPending && 'Saving'}
            >
              Save the name
            </Button>
          </CardFooter>
        ) : null}
      </form>
    </Card>
  )
}

function FactsCard() {
  const trpc = useTRPC()
  const { slug, walletAddress } = useWorkspace()
  const { data } = useQuery(trpc.workspaces.bySlug.queryOptions({ slug }))
  return (
    <Card>
      <CardHeader title="What does not change" />
      <CardBody>
        <dl className="grid gap-4">
          <Fact
            term="Wallet"
            note="Its USDC and its pool are what the Wallet panel shows. A workspace keeps its wallet."
          >
            <Address address={walletAddress} isFull />
          </Fact>
          <Fact term="Address in this console">
            <span className="font-mono text-[0.8125rem]">/w/{slug}</span>
          </Fact>
          <Fact term="What it does">
            {data ? (
              data.roles.map((role) => (role === 'CONSUMER' ? 'Spends' : 'Earns')).join(' and ')
            ) : (
              <Skeleton className="w-20" />
            )}
          </Fact>
          <Fact term="Created">
            {data ? <RelativeTime at={data.createdAt} /> : <Skeleton className="w-20" />}
          </Fact>
        </dl>
      </CardBody>
    </Card>
  )
}

function Fact({ term, note, children }: { term: string; note?: string; children: ReactNode }) {
  return (
    <div className="grid gap-1 sm:grid-cols-[12rem_1fr] sm:gap-4">
      <dt className="text-[0.8125rem] font-medium text-ink-muted">{term}</dt>
      <dd className="grid min-w-0 gap-1">
        {children}
        {note ? <span className="text-[0.8125rem] text-ink-muted">{note}</span> : null}
      </dd>
    </div>
  )
}
