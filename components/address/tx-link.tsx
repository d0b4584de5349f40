'use client'

import { ExternalLink } from 'lucide-react'
import { useConfig } from '../config/config-context'
import { cn } from '../ui/cn'
import { CopyButton } from '../ui/copy-button'
import { shortAddress } from './short-address'

type TxLinkProps = {
  hash: string
  /** Words instead of the short hash: "See the transaction". */
  label?: string
  className?: string
}

/** A transaction: link to the explorer, or its hash to copy where there is none (the local chain). */
export function TxLink({ hash, label, className }: TxLinkProps) {
  const { explorerUrl } = useConfig()
  const short = shortAddress(hash)
  if (!explorerUrl) {
    return (
      <span className={cn('inline-flex items-center gap-0.5 font-mono text-[0.8125rem]', className)}>
        <span title={hash}>{short}</span>
        <CopyButton value={hash} what={`transaction hash ${short}`} className="size-7 [&_svg]:size-3.5" />
      </span>
    )
  }
  return (
    <a
      href={`${explorerUrl}/tx/${hash}`}
      target="_blank"
      rel="noreferrer"
      title={hash}
      className={cn(
        'inline-flex items-center gap-1.5 rounded-sm text-accent-ink underline-offset-4 hover:underline',
        !label && 'font-mono text-[0.8125rem]',
        className,
      )}
    >
      {label ?? short}
      <ExternalLink aria-hidden className="size-3.5" />
      <span className="sr-only">(opens the explorer)</span>
    </a>
  )
}
