'use client'

import type { ComponentProps, ReactNode } from 'react'
import { shortAddress } from '../address/short-address'
import { cn } from '../ui/cn'
import type { DescribedField } from './describe-transaction'
import type { TestAccount } from './test-wallet-keyring'

export function WalletButton({
  isPrimary,
  className,
  ...rest
}: ComponentProps<'button'> & { isPrimary?: boolean }) {
  return (
    <button
      type="button"
      className={cn(
        'h-11 flex-1 rounded-md border border-[#b98a2f] px-3 font-semibold disabled:opacity-55 sm:h-9',
        isPrimary
          ? 'bg-[#7a4b00] text-white hover:bg-[#5c3800] dark:bg-[#ffd98a] dark:text-[#2b1d00] dark:hover:bg-[#ffe6b3]'
          : 'hover:bg-[#b98a2f]/15',
        className,
      )}
      {...rest}
    />
  )
}

export function WalletFields({ title, fields }: { title?: string; fields: readonly DescribedField[] }) {
  return (
    <dl aria-label={title} className="grid gap-2">
      {title ? (
        <div aria-hidden className="border-b border-dashed border-[#b98a2f] pb-1 text-xs font-semibold">
          {title}
        </div>
      ) : null}
      {fields.map(({ label, value, isWarning }) => (
        <div key={label} className="grid gap-0.5">
          <dt className="text-xs text-[#6d5320] dark:text-[#c9ac70]">{label}</dt>
          <dd
            className={cn(
              'break-all tabular-nums',
              isWarning && 'font-semibold text-[#9a2b00] dark:text-[#ffab85]',
            )}
          >
            {value}
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** The bytes themselves, for whoever does not want to believe the words. */
export function RawData({ label, children }: { label: string; children: string }) {
  return (
    <details>
      <summary className="w-fit cursor-pointer text-xs underline-offset-4 hover:underline">{label}</summary>
      <pre className="mt-1.5 max-h-40 overflow-auto rounded-md border border-[#b98a2f]/50 p-2.5 text-xs break-all whitespace-pre-wrap">
        {children}
      </pre>
    </details>
  )
}

export function WalletWarning({ children }: { children: ReactNode }) {
  return (
    <p
      role="alert"
      className="rounded-md border border-[#9a2b00] bg-[#fff0e8] p-2.5 text-[#7d2300] dark:border-[#ffab85] dark:bg-[#3a1a0c] dark:text-[#ffcdb5]"
    >
      {children}
    </p>
  )
}

type AccountChoiceProps = {
  accounts: readonly TestAccount[]
  selected: string
  onSelect: (address: `0x${string}`) => void
}

export function AccountChoice({ accounts, selected, onSelect }: AccountChoiceProps) {
  return (
    <fieldset className="grid gap-1">
      <legend className="mb-1 text-xs text-[#6d5320] dark:text-[#c9ac70]">Choose an account</legend>
      {accounts.map(({ name, address }) => (
        <label
          key={address}
          className="flex min-h-10 cursor-pointer items-center gap-2.5 rounded-md border border-transparent px-2 has-checked:border-[#b98a2f] has-checked:bg-[#b98a2f]/15 hover:bg-[#b98a2f]/10"
        >
          <input
            type="radio"
            name="test-wallet-account"
            value={address}
            checked={address === selected}
            onChange={() => onSelect(address)}
            className="accent-[#7a4b00] dark:accent-[#ffd98a]"
          />
          <span className="flex-1">{name}</span>
          <span title={address} className="text-xs text-[#6d5320] dark:text-[#c9ac70]">
            {shortAddress(address)}
          </span>
        </label>
      ))}
    </fieldset>
  )
}
