'use client'

import { blo } from 'blo'
import { ExternalLink } from 'lucide-react'
import { checksummed } from '@/domain/address'
import { useConfig } from '../config/config-context'
import { cn } from '../ui/cn'
import { CopyButton } from '../ui/copy-button'
import { shortAddress } from './short-address'

// "0x" with the first four digits, then groups of four to the fortieth; half of them wrap together.
const GROUPS = Array.from({ length: 10 }, (_, group) => ({
  from: group === 0 ? 0 : 2 + group * 4,
  to: 6 + group * 4,
}))
const HALVES = [GROUPS.slice(0, 5), GROUPS.slice(5)]

type AddressProps = {
  address: string
  /** From the address book or the person's own registered name; stands before the digits. */
  name?: string | null
  /** Where money leaves: all 40 digits in groups of four. */
  isFull?: boolean
  /** Without copy and explorer link: inside a button or a menu. */
  isPlain?: boolean
  size?: 'sm' | 'md'
  className?: string
}

/** An address: identicon, name if known, first 6 and last 4 digits, copy and explorer link; full where money leaves. */
export function Address({ address, name, isFull, isPlain, size = 'md', className }: AddressProps) {
  const shown = checksummed(address)
  return (
    <span className={cn('inline-flex max-w-full min-w-0 items-center gap-2', className)}>
      <Identicon address={shown} className={isFull ? 'size-8' : size === 'sm' ? 'size-4' : 'size-5'} />
      {/* Digits are never cut: they tell one recipient from another. A long name takes a line of its own and ends in it. */}
      <span className={cn('min-w-0', isFull ? 'grid' : 'flex flex-wrap items-baseline')}>
        {name ? (
          <span
            className={cn('font-medium', isFull ? 'wrap-anywhere' : 'mr-1.5 max-w-full truncate')}
            title={name}
          >
            {name}
          </span>
        ) : null}
        {isFull ? (
          <FullAddress address={shown} />
        ) : (
          <span
            title={shown}
            className={cn('shrink-0 font-mono text-[0.8125rem] whitespace-nowrap', name && 'text-ink-muted')}
          >
            {shortAddress(shown)}
          </span>
        )}
      </span>
      {isPlain ? null : <AddressActions address={shown} />}
    </span>
  )
}

// Spaces come from margins, so that selecting and copying by hand gives the plain address.
function FullAddress({ address }: { address: string }) {
  return (
    <span className="flex flex-wrap font-mono text-[0.8125rem] leading-5">
      <span className="sr-only select-none">{address}</span>
      {HALVES.map((half) => (
        <span aria-hidden key={half[0]?.from} className="flex flex-wrap">
          {half.map(({ from, to }) => (
            <span key={from} className="mr-1.5">
              {address.slice(from, to)}
            </span>
          ))}
        </span>
      ))}
    </span>
  )
}

function AddressActions({ address }: { address: string }) {
  const { explorerUrl } = useConfig()
  return (
    <span className="-my-1 inline-flex shrink-0 items-center">
      <CopyButton
        value={address}
        what={`address ${shortAddress(address)}`}
        className="size-7 [&_svg]:size-3.5"
      />
      {explorerUrl ? (
        <a
          href={`${explorerUrl}/address/${address}`}
          target="_blank"
          rel="noreferrer"
          aria-label={`Open address ${shortAddress(address)} in the explorer`}
          className="inline-flex size-7 items-center justify-center rounded-md text-ink-muted hover:bg-sunken hover:text-ink"
        >
          <ExternalLink aria-hidden className="size-3.5" />
        </a>
      ) : null}
    </span>
  )
}

/** The same picture for the same address everywhere; it helps to notice a wrong one, it proves nothing. */
export function Identicon({ address, className }: { address: string; className?: string }) {
  return (
    <span
      aria-hidden
      className={cn('inline-block shrink-0 rounded-full border bg-cover', className)}
      style={{ backgroundImage: `url("${blo(checksummed(address), 64)}")` }}
    />
  )
}
