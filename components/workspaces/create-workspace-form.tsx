'use client'

import { zodResolver } from '@hookform/resolvers/zod'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { Controller, useForm } from 'react-hook-form'
import type { WorkspaceKind } from '@/domain/roles'
import { type CreateWorkspaceInput, createWorkspaceInput } from '@/domain/workspace'
import { ProblemState } from '../trpc/problem-state'
import { readProblem } from '../trpc/read-problem'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Checkbox } from '../ui/checkbox'
import { Field } from '../ui/field'
import { Input } from '../ui/input'
import { SlugField } from './slug-field'
import { slugOf } from './slug-of'

const KINDS: { kind: WorkspaceKind; label: string; description: string }[] = [
  { kind: 'CONSUMER', label: 'It spends', description: 'Agents and sessions are paid from its pool.' },
  { kind: 'SUPPLIER', label: 'It earns', description: 'It offers services that others pay for.' },
]

type CreateWorkspaceFormProps = {
  onCreated?: () => void
  /** Renders the page anew instead of going to the workspace. */
  isInPlace?: boolean
}

/** Opens a workspace: the signed-in wallet becomes its owner and its wallet. Goes there when done. */
export function CreateWorkspaceForm({ onCreated, isInPlace = false }: CreateWorkspaceFormProps) {
  const trpc = useTRPC()
  const router = useRouter()
  const queryClient = useQueryClient()
  const form = useForm<CreateWorkspaceInput>({
    resolver: zodResolver(createWorkspaceInput),
    defaultValues: { name: '', slug: '', roles: ['CONSUMER'] },
    mode: 'onTouched',
  })
  const { errors, dirtyFields } = form.formState
  const create = useMutation(
    trpc.workspaces.create.mutationOptions({
      onSuccess: async (workspace) => {
        onCreated?.()
        await queryClient.invalidateQueries({ queryKey: trpc.workspaces.list.queryKey() })
        if (!isInPlace) router.push(`/w/${workspace.slug}`)
        router.refresh()
      },
      onError: (error) => {
        const problem = readProblem(error)
        if (problem.details.field === 'slug')
          form.setError('slug', { message: problem.detail }, { shouldFocus: true })
      },
    }),
  )
  const isSlugTaken = create.isError && readProblem(create.error).details.field === 'slug'
  return (
    <form className="grid gap-5" onSubmit={form.handleSubmit((input) => create.mutate(input))} noValidate>
      <Field
        label="Name"
        error={errors.name?.message}
        hint="As your team calls it: a company, a project, a fleet of agents."
      >
        {(control) => (
          <Input
            {...control}
            {...form.register('name', {
              onChange: (event) => {
                if (dirtyFields.slug) return
                form.setValue('slug', slugOf(event.target.value), {
                  shouldValidate: form.formState.isSubmitted,
                })
              },
            })}
            autoComplete="organization"
            placeholder="Acme Robotics"
          />
        )}
      </Field>
      <SlugField
        label="Address in this console"
        base="/w/"
        error={errors.slug?.message}
        placeholder="acme-robotics"
        {...form.register('slug')}
      />
      <Controller
        control={form.control}
        name="roles"
        render={({ field, fieldState }) => (
          <KindChoice
            value={field.value}
            onChange={field.onChange}
            error={fieldState.error && 'Choose at least one.'}
          />
        )}
      />
      {create.isError && !isSlugTaken ? <ProblemState error={create.error} /> : null}
      <Button
        type="submit"
        variant="primary"
        size="lg"
        pending={create.isPending && 'Creating the workspace'}
      >
        Create workspace
      </Button>
    </form>
  )
}

type KindChoiceProps = {
  value: readonly WorkspaceKind[]
  onChange: (value: WorkspaceKind[]) => void
  error: string | undefined
}

function KindChoice({ value, onChange, error }: KindChoiceProps) {
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1.5 text-[0.8125rem] font-medium">What it does</legend>
      {KINDS.map(({ kind, label, description }) => (
        <label
          key={kind}
          htmlFor={`kind-${kind}`}
          className="flex cursor-pointer items-start gap-3 rounded-md border border-line-strong p-3 hover:bg-sunken"
        >
          <Checkbox
            id={`kind-${kind}`}
            checked={value.includes(kind)}
            onCheckedChange={(checked) =>
              onChange(checked === true ? [...value, kind] : value.filter((other) => other !== kind))
            }
            className="mt-0.5"
          />
          <span className="grid gap-0.5">
            <span className="font-medium">{label}</span>
            <span className="text-[0.8125rem] text-ink-muted">{description}</span>
          </span>
        </label>
      ))}
      {error ? (
        <p role="alert" className="text-[0.8125rem] text-danger">
          {error}
        </p>
      ) : null}
    </fieldset>
  )
}
