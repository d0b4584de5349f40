'use client'

import { zodResolver } from '@hookform/resolvers/zod'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Controller, type UseFormReturn, useForm } from 'react-hook-form'
import type { PricedApiView } from '@/domain/priced-api'
import { AmountField } from '../money/amount-field'
import { useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { readProblem } from '../trpc/read-problem'
import { useTRPC, useTRPCClient } from '../trpc/trpc'
import { Field } from '../ui/field'
import { FormDialog } from '../ui/form-dialog'
import { Input } from '../ui/input'
import { Select } from '../ui/select'
import { toast } from '../ui/toast'
import { SlugField } from '../workspaces/slug-field'
import { slugOf } from '../workspaces/slug-of'
import { formOf, PRICE_LIMITS, type PricedApiForm, pricedApiForm, toInput } from './priced-api-form'
import { SecretFields } from './secret-fields'

const TIMEOUTS = ['5', '10', '30', '60'].map((value) => ({ value, label: `${value} seconds` }))

type PricedApiDialogProps = {
  /** Null registers a new one. */
  api: PricedApiView | null
  onClose: () => void
}

/** Registers an upstream, or changes what one is called, calls and costs. */
export default function PricedApiDialog({ api, onClose }: PricedApiDialogProps) {
  const form = useForm<PricedApiForm>({
    resolver: zodResolver(pricedApiForm),
    defaultValues: formOf(api),
    mode: 'onTouched',
  })
  const save = useSave({ api, form, onSaved: onClose })
  return (
    <FormDialog
      title={api ? `Change ${api.name}` : 'Register an API'}
      description={
        api
          ? 'A new price counts from the next call on.'
          : 'Agents call it through this console and pay for each answer; you keep the revenue.'
      }
      submitLabel={api ? 'Save changes' : 'Register API'}
      pending={save.isPending && (api ? 'Saving' : 'Registering')}
      onSubmit={form.handleSubmit((values) => save.mutate(values))}
      onClose={onClose}
    >
      <NameFields form={form} isNew={api === null} />
      <UpstreamFields form={form} />
      <TimeoutField form={form} />
      <SecretFields form={form} stored={api?.secretHeaderName ?? null} />
      {save.isError && fieldOf(save.error) === null ? <ProblemState error={save.error} /> : null}
    </FormDialog>
  )
}

type Save = { api: PricedApiView | null; form: UseFormReturn<PricedApiForm>; onSaved: () => void }

function useSave({ api, form, onSaved }: Save) {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queryClient = useQueryClient()
  const { id: workspaceId } = useWorkspace()
  return useMutation({
    mutationFn: async (values: PricedApiForm) => {
      const { slug, secretHeader, ...input } = toInput(values)
      if (api) {
        await client.pricedApis.update.mutate({ ...input, secretHeader, workspaceId, id: api.id })
      } else {
        const entered = secretHeader === 'keep' ? null : secretHeader
        await client.pricedApis.create.mutate({ ...input, slug, secretHeader: entered, workspaceId })
      }
    },
    onSuccess: async (_, { name }) => {
      await queryClient.invalidateQueries({ queryKey: trpc.pricedApis.pathKey() })
      toast.success(api ? `${name} is changed` : `${name} can be called now`)
      onSaved()
    },
    onError: (error) => {
      const field = fieldOf(error)
      if (field) form.setError(field, { message: readProblem(error).detail }, { shouldFocus: true })
    },
  })
}

/** The field that a refusal is about, so that the words stand where they are needed. */
function fieldOf(error: unknown): 'slug' | 'upstreamUrl' | null {
  const { code, details } = readProblem(error)
  if (code === 'target_refused') return 'upstreamUrl'
  return details.field === 'slug' ? 'slug' : null
}

type FieldsProps = { form: UseFormReturn<PricedApiForm> }

function NameFields({ form, isNew }: FieldsProps & { isNew: boolean }) {
  const { errors, dirtyFields } = form.formState
  const suggestSlug = (name: string) => {
    if (!isNew || dirtyFields.slug) return
    form.setValue('slug', slugOf(name), { shouldValidate: form.formState.isSubmitted })
  }
  return (
    <>
      <Field label="Name" error={errors.name?.message}>
        {(control) => (
          <Input
            {...control}
            {...form.register('name', { onChange: (event) => suggestSlug(event.target.value) })}
            autoComplete="off"
            placeholder="Weather forecasts"
          />
        )}
      </Field>
      {isNew ? (
        <SlugField
          label="Address for agents"
          base="/api/v1/paid/"
          error={errors.slug?.message}
          placeholder="weather"
          {...form.register('slug')}
        />
      ) : null}
    </>
  )
}

function UpstreamFields({ form }: FieldsProps) {
  return (
    <>
      <Field
        label="Upstream URL"
        error={form.formState.errors.upstreamUrl?.message}
        hint="What an agent asks for behind the slug is added to it. On the public internet, without a query."
      >
        {(control) => (
          <Input
            {...control}
            {...form.register('upstreamUrl')}
            type="url"
            inputMode="url"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            placeholder="https://api.example.com/v1"
            className="font-mono text-[0.8125rem]"
          />
        )}
      </Field>
      <Controller
        control={form.control}
        name="price"
        render={({ field, fieldState }) => (
          <AmountField
            {...field}
            label="Price for each call"
            limits={PRICE_LIMITS}
            aside={<>up to 1,000.00 USDC</>}
            max={0n}
            error={fieldState.error?.message ?? null}
            hint="The agent gets it back when the upstream fails."
          />
        )}
      />
    </>
  )
}

function TimeoutField({ form }: FieldsProps) {
  return (
    <Controller
      control={form.control}
      name="timeoutSeconds"
      render={({ field }) => (
        <Field
          label="The upstream must answer within"
          hint="Later it counts as failed, and the agent gets its money back."
        >
          {(control) => (
            <Select
              {...control}
              value={field.value}
              onValueChange={field.onChange}
              options={optionsWith(field.value)}
            />
          )}
        </Field>
      )}
    />
  )
}

/** An API may have been given another time than the four that are offered. */
function optionsWith(value: string) {
  const isOffered = TIMEOUTS.some((option) => option.value === value)
  return isOffered ? TIMEOUTS : [...TIMEOUTS, { value, label: `${value} seconds` }]
}
