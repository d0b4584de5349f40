import type { ComponentProps } from 'react'
import { Field } from '../ui/field'
import { Input } from '../ui/input'

type SlugFieldProps = ComponentProps<typeof Input> & {
  label: string
  /** What stands before the slug in the address, such as `/w/`. */
  base: string
  error: string | undefined
}

/** The part of an address that is chosen once. */
export function SlugField({ label, base, error, ...input }: SlugFieldProps) {
  return (
    <Field label={label} error={error} hint="3 to 40 of a–z, 0–9 and “-”. It cannot be changed later.">
      {(control) => (
        <div className="flex items-center">
          <span className="flex h-11 items-center rounded-l-md border border-r-0 border-line-strong bg-sunken px-3 font-mono text-[0.8125rem] text-ink-muted sm:h-9">
            {base}
          </span>
          <Input
            {...control}
            {...input}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            className="rounded-l-none font-mono text-[0.8125rem]"
          />
        </div>
      )}
    </Field>
  )
}
