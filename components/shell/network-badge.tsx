'use client'

import { FlaskConical, Link2 } from 'lucide-react'
import { useConfig } from '../config/config-context'
import { Badge } from '../ui/badge'

/** Which chain this console runs on; a test network says so, because its money is not money. */
export function NetworkBadge({ className }: { className?: string }) {
  const { chainName, chainId, environment } = useConfig()
  const isTest = environment === 'TEST'
  return (
    <Badge
      tone={isTest ? 'caution' : 'neutral'}
      icon={isTest ? FlaskConical : Link2}
      className={className}
      hint={
        isTest
          ? `${chainName}, chain id ${chainId}: a test network. USDC here has no value.`
          : `${chainName}, chain id ${chainId}: real USDC.`
      }
    >
      {chainName}
      {isTest ? <span className="max-sm:sr-only">· test</span> : null}
    </Badge>
  )
}
