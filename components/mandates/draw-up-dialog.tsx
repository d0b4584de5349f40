'use client'

import { zodResolver } from '@hookform/resolvers/zod'
import { useMutation } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { Controller, type UseFormReturn, useForm } from 'react-hook-form'
import { useAllAgents } from '../agents/use-all-agents'
import { AmountField } from '../money/amount-field'
import { useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Dialog, DialogContent } from '../ui/dialog'
import { Field } from '../ui/field'
import { inputStyles } from '../ui/input'
import { Notice } from '../ui/notice'
import { Select } from '../ui/select'
import { Skeleton } from '../ui/skeleton'
import { type DrawnUp, type DrawUpValues, drawUpForm, ENDS, PERIODS } from './draw-up-form'
import { useMandatesChanged } from './use-mandates-changed'

type Form = UseFormReturn<DrawUpValues, unknown, DrawnUp>

/** A person draws up a mandate for an agent, and goes on to sign it. */
export function DrawUpDialog({ onClose }: { onClose: () => void }) {
  const { agents, query, isComplete } = useAllAgents()
  const options = agents
    .filter(({ status }) => status === 'active')
    .map(({ id, name }) => ({ value: id, label: name, description: `…${id.slice(-6)}` }))
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent
        title="Draw up a mandate"
        description="What an agent may pay without asking. You read and sign it on the next page; the draft waits a day."
      >
        {options.length > 0 ? (
          <DrawUpForm agents={options} />
        ) : query.isError ? (
          <ProblemState error={query.error} onRetry={() => query.refetch()} />
        ) : isComplete ? (
          <Notice title="There is no agent to draw one up for">Mint an agent or link one first.</Notice>
        ) : (
          <div className="grid gap-3" aria-busy="true">
            <Skeleton className="h-11 w-full" />
            <Skeleton className="h-24 w-full" />
          </div>
        )}
      </DialogContent>
    </Dialog>
  )
}

type Option = { value: string; label: string; description: string }

function DrawUpForm({ agents }: { agents: readonly Option[] }) {
  const trpc = useTRPC()
  const router = useRouter()
  const changed = useMandatesChanged()
  const { id: workspaceId } = useWorkspace()
  const form: Form = useForm<DrawUpValues, unknown, DrawnUp>({
    resolver: zodResolver(drawUpForm),
    defaultValues: {
      agentId: agents[0]?.value ?? '',
      naturalLanguage: '',
      limitAmount: '',
      maxAmountPerTx: '',
      validForSeconds: ENDS[2].value,
      periodSeconds: PERIODS[0].value,
      periodLimit: '',
      recipients: '',
    },
    mode: 'onTouched',
  })
  const create = useMutation(
    trpc.mandates.create.mutationOptions({
      onSuccess: ({ mandate }) => {
        void changed()
        router.push(`/mandate/${mandate.mandateId}`)
      },
    }),
  )
  const isBusy = create.isPending || create.isSuccess
  return (
    <form
      className="grid gap-4"
      noValidate
      onSubmit={form.handleSubmit((values) => create.mutate({ ...values, workspaceId }))}
    >
      <Choice form={form} name="agentId" label="Agent" options={agents} />
      <Field
        label="What for"
        hint="The agent reads it, and it is part of what you sign."
        error={form.formState.errors.naturalLanguage?.message ?? null}
        isRequired
      >
        {(control) => (
          <textarea
            {...control}
            {...form.register('naturalLanguage')}
            rows={2}
            maxLength={500}
            placeholder="Pay the data suppliers"
            className={`${inputStyles} h-auto py-2`}
          />
        )}
      </Field>
      <AmountControl form={form} name="limitAmount" label="In all, at most" />
      <AmountControl form={form} name="maxAmountPerTx" label="For each payout, at most (optional)" />
      <Choice form={form} name="validForSeconds" label="Ends" options={ENDS} />
      <Choice form={form} name="periodSeconds" label="Rolling period (optional)" options={PERIODS} />
      {form.watch('periodSeconds') === 'none' ? null : (
        <AmountControl form={form} name="periodLimit" label="In that period, at most" />
      )}
      <Field
        label="Paid only to (optional)"
        hint="One address to a line, up to 50. Left empty, any address."
        error={form.formState.errors.recipients?.message ?? null}
      >
        {(control) => (
          <textarea
            {...control}
            {...form.register('recipients')}
            rows={2}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            className={`${inputStyles} h-auto py-2 font-mono text-[0.8125rem] break-all`}
          />
        )}
      </Field>
      {create.isError ? <ProblemState error={create.error} money="Nothing was drawn up." /> : null}
      <Button type="submit" variant="primary" size="lg" pending={isBusy && 'Drawing up'}>
        Draw up and read
      </Button>
    </form>
  )
}

type AmountControlProps = {
  form: Form
  name: 'limitAmount' | 'maxAmountPerTx' | 'periodLimit'
  label: string
}

function AmountControl({ form, name, label }: AmountControlProps) {
  return (
    <Controller
      control={form.control}
      name={name}
      render={({ field, fieldState }) => (
        <AmountField {...field} label={label} error={fieldState.error?.message ?? null} />
      )}
    />
  )
}

type ChoiceProps = {
  form: Form
  name: 'agentId' | 'validForSeconds' | 'periodSeconds'
  label: string
  options: readonly { value: string; label: string; description?: string }[]
}

function Choice({ form, name, label, options }: ChoiceProps) {
  return (
    <Controller
      control={form.control}
      name={name}
      render={({ field, fieldState }) => (
        <Field label={label} error={fieldState.error?.message ?? null}>
          {(control) => (
            <Select {...control} value={field.value} onValueChange={field.onChange} options={options} />
          )}
        </Field>
      )}
    />
  )
}
