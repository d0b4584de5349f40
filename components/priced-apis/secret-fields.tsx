'use client'

import { Controller, type UseFormReturn } from 'react-hook-form'
import { Field } from '../ui/field'
import { Input } from '../ui/input'
import { Select, type SelectOption } from '../ui/select'
import type { PricedApiForm } from './priced-api-form'

type SecretFieldsProps = {
  form: UseFormReturn<PricedApiForm>
  /** The name of the header that is stored. */
  stored: string | null
}

/** The key that the upstream asks for. It is sealed, sent to the upstream only, and never shown again. */
export function SecretFields({ form, stored }: SecretFieldsProps) {
  const options: SelectOption<PricedApiForm['secret']>[] = [
    { value: 'none', label: stored ? `Remove ${stored}` : 'No secret header' },
    ...(stored ? [{ value: 'keep' as const, label: `Keep ${stored} as it is` }] : []),
    { value: 'set', label: stored ? 'Enter another one' : 'Send a secret header' },
  ]
  return (
    <>
      <Controller
        control={form.control}
        name="secret"
        render={({ field }) => (
          <Field
            label="Secret header"
            hint="An API key that the upstream asks for. It is stored sealed and never shown again."
          >
            {(control) => (
              <Select {...control} value={field.value} onValueChange={field.onChange} options={options} />
            )}
          </Field>
        )}
      />
      {form.watch('secret') === 'set' ? <SecretEntry form={form} /> : null}
    </>
  )
}

function SecretEntry({ form }: Pick<SecretFieldsProps, 'form'>) {
  const { errors } = form.formState
  return (
    <div className="grid gap-4 sm:grid-cols-[2fr_3fr]">
      <Field label="Header name" error={errors.secretName?.message}>
        {(control) => (
          <Input
            {...control}
            {...form.register('secretName')}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            placeholder="X-Api-Key"
            className="font-mono text-[0.8125rem]"
          />
        )}
      </Field>
      <Field label="Value" error={errors.secretValue?.message}>
        {(control) => (
          <Input
            {...control}
            {...form.register('secretValue')}
            type="password"
            autoComplete="new-password"
            spellCheck={false}
            className="font-mono text-[0.8125rem]"
          />
        )}
      </Field>
    </div>
  )
}
