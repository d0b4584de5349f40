'use client'

import { Address } from '../address/address'
import { useConfig } from '../config/config-context'
import { cn } from '../ui/cn'

/** The contracts this console works with, for whoever checks before signing in. */
export function DeploymentFacts({ className }: { className?: string }) {
  const { settlementAddress, usdcAddress, chainName, chainId } = useConfig()
  return (
    <dl
      className={cn(
        'grid max-w-xl grid-cols-[auto_1fr] items-center gap-x-6 gap-y-2 border-t pt-6',
        className,
      )}
    >
      <dt className="text-[0.8125rem] text-ink-muted">Network</dt>
      <dd className="text-[0.8125rem]">
        {chainName}, chain id <span className="figures">{chainId}</span>
      </dd>
      <dt className="text-[0.8125rem] text-ink-muted">Pool contract</dt>
      <dd>
        <Address address={settlementAddress} />
      </dd>
      <dt className="text-[0.8125rem] text-ink-muted">USDC</dt>
      <dd>
        <Address address={usdcAddress} />
      </dd>
    </dl>
  )
}
