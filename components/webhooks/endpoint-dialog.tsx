'use client'

import { zodResolver } from '@hookform/resolvers/zod'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Controller, type UseFormReturn, useForm } from 'react-hook-form'
import * as z from 'zod'
import {
  WEBHOOK_EVENT_TYPES,
  type WebhookEndpointView,
  type WebhookEventType,
  webhookEndpointInput,
} from '@/domain/webhook'
import { useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { readProblem } from '../trpc/read-problem'
import { useTRPC, useTRPCClient } from '../trpc/trpc'
import { Field } from '../ui/field'
import { FormDialog } from '../ui/form-dialog'
import { Input } from '../ui/input'
import { toast } from '../ui/toast'
import { EventTypesField } from './event-types-field'

const endpointForm = webhookEndpointInput.extend({ description: z.string().max(200) })
type EndpointForm = z.infer<typeof endpointForm>

type EndpointDialogProps = {
  /** Null adds a new one. */
  endpoint: WebhookEndpointView | null
  onClose: () => void
  onCreated: (secret: string) => void
}

/** Adds an endpoint, or changes where it is and what it is told. */
export default function EndpointDialog({ endpoint, onClose, onCreated }: EndpointDialogProps) {
  const form = useForm<EndpointForm>({
    resolver: zodResolver(endpointForm),
    defaultValues: formOf(endpoint),
    mode: 'onTouched',
  })
  const save = useSave({ endpoint, form, onClose, onCreated })
  return (
    <FormDialog
      title={endpoint ? 'Change the endpoint' : 'Add an endpoint'}
      description={
        endpoint
          ? 'What waits to be sent goes to the new address.'
          : 'It is told by a signed POST what happens in this workspace.'
      }
      submitLabel={endpoint ? 'Save changes' : 'Add endpoint'}
      pending={save.isPending && (endpoint ? 'Saving' : 'Adding')}
      onSubmit={form.handleSubmit((values) => save.mutate(values))}
      onClose={onClose}
    >
      <TextFields form={form} />
      <Controller
        control={form.control}
        name="eventTypes"
        render={({ field }) => <EventTypesField value={field.value} onChange={field.onChange} />}
      />
      {save.isError && !isAboutUrl(save.error) ? <ProblemState error={save.error} /> : null}
    </FormDialog>
  )
}

function TextFields({ form }: { form: UseFormReturn<EndpointForm> }) {
  const { errors } = form.formState
  return (
    <>
      <Field
        label="URL"
        error={errors.url?.message}
        hint="On the public internet, by https. Redirects are not followed."
      >
        {(control) => (
          <Input
            {...control}
            {...form.register('url')}
            type="url"
            inputMode="url"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            placeholder="https://example.com/webhooks/bursar"
            className="font-mono text-[0.8125rem]"
          />
        )}
      </Field>
      <Field
        label="Description"
        error={errors.description?.message}
        hint="For your colleagues; may be left empty."
      >
        {(control) => (
          <Input
            {...control}
            {...form.register('description')}
            autoComplete="off"
            placeholder="Books payouts"
          />
        )}
      </Field>
    </>
  )
}

type Save = EndpointDialogProps & { form: UseFormReturn<EndpointForm> }

function useSave({ endpoint, form, onClose, onCreated }: Save) {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queryClient = useQueryClient()
  const { id: workspaceId } = useWorkspace()
  return useMutation({
    mutationFn: async ({ description, ...values }: EndpointForm) => {
      const input = { ...values, workspaceId, description: description.trim() || null }
      if (!endpoint) return (await client.webhooks.create.mutate(input)).secret
      await client.webhooks.update.mutate({ ...input, id: endpoint.id })
      return null
    },
    onSuccess: async (secret) => {
      void queryClient.invalidateQueries({ queryKey: trpc.webhooks.list.queryKey() })
      if (secret) return onCreated(secret)
      toast.success('The endpoint is changed')
      onClose()
    },
    onError: (error) => {
      if (isAboutUrl(error))
        form.setError('url', { message: readProblem(error).detail }, { shouldFocus: true })
    },
  })
}

function isAboutUrl(error: unknown): boolean {
  return readProblem(error).code === 'target_refused'
}

function formOf(endpoint: WebhookEndpointView | null): EndpointForm {
  const known = (type: string): type is WebhookEventType => WEBHOOK_EVENT_TYPES.some((one) => one === type)
  return {
    url: endpoint?.url ?? '',
    description: endpoint?.description ?? '',
    eventTypes: (endpoint?.eventTypes ?? []).filter(known),
  }
}
