'use client'

import { Controller, type UseFormReturn } from 'react-hook-form'
import type { MandateRowView } from '@/domain/mandate'
import { AmountField } from '../money/amount-field'
import { Field } from '../ui/field'
import { inputStyles } from '../ui/input'
import { Select } from '../ui/select'
import { durationWords } from './duration-words'
import { secondsOf, type TermsDraft } from './read-terms'

const ENDS = [3_600, 8 * 3_600, 86_400, 7 * 86_400, 30 * 86_400, 90 * 86_400]

type LowerTermsFieldsProps = { form: UseFormReturn<TermsDraft>; mandate: MandateRowView; disabled: boolean }

/** Each number of a mandate, to be lowered before it is signed. */
export function LowerTermsFields({ form, mandate, disabled }: LowerTermsFieldsProps) {
  const amount = (name: 'limitAmount' | 'maxAmountPerTx' | 'periodLimit', label: string, hint: string) => (
    <Controller
      control={form.control}
      name={name}
      render={({ field, fieldState }) => (
        <AmountField
          {...field}
          label={label}
          hint={hint}
          error={fieldState.error?.message ?? null}
          disabled={disabled}
        />
      )}
    />
  )
  return (
    <div className="grid gap-4">
      {amount('limitAmount', 'In all, at most', 'What it may pay until it ends.')}
      {amount(
        'maxAmountPerTx',
        mandate.maxAmountPerTx ? 'For each payout, at most' : 'For each payout, at most (optional)',
        'Larger payouts are refused.',
      )}
      {mandate.period
        ? amount(
            'periodLimit',
            `In any ${durationWords(mandate.period.seconds)}, at most`,
            'Counted as it rolls on.',
          )
        : null}
      <EndField form={form} mandate={mandate} disabled={disabled} />
      <Field
        label={mandate.recipientAllowlist ? 'Paid only to' : 'Paid only to (optional)'}
        hint={
          mandate.recipientAllowlist
            ? 'One address to a line. Delete those that you do not want.'
            : 'One address to a line, up to 50. Left empty, any address.'
        }
        error={form.formState.errors.recipients?.message ?? null}
      >
        {(control) => (
          <textarea
            {...control}
            {...form.register('recipients')}
            disabled={disabled}
            rows={Math.min(6, Math.max(2, mandate.recipientAllowlist?.length ?? 2))}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            className={`${inputStyles} h-auto py-2 font-mono text-[0.8125rem] break-all`}
          />
        )}
      </Field>
    </div>
  )
}

function EndField({ form, mandate, disabled }: LowerTermsFieldsProps) {
  const asked = secondsOf(mandate)
  // What would be over already is no choice.
  const passed = (Date.now() - Date.parse(mandate.validFrom)) / 1000
  const options = [...ENDS.filter((seconds) => seconds < asked && seconds > passed + 60), asked].map(
    (seconds) => ({
      value: String(seconds),
      label: seconds === asked ? `${durationWords(seconds)}, as asked for` : durationWords(seconds),
    }),
  )
  return (
    <Controller
      control={form.control}
      name="validForSeconds"
      render={({ field, fieldState }) => (
        <Field
          label="Ends after"
          hint="Counted from when it was asked for."
          error={fieldState.error?.message ?? null}
        >
          {(control) => (
            <Select
              {...control}
              value={field.value}
              onValueChange={field.onChange}
              options={options}
              disabled={disabled}
            />
          )}
        </Field>
      )}
    />
  )
}
