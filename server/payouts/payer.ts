import { checksummed } from '@/domain/address'
import { env } from '@/server/core/env'
import type { Payer } from './payout-repository'

let cached: Payer | undefined

/** Chain, asset and approval page of this deployment's payouts. */
export function payer(): Payer {
  cached ??= {
    chainId: env().NETWORK.chainId,
    network: env().NETWORK.name,
    assetAddress: env().USDC_ADDRESS,
    assetChecksum: checksummed(env().USDC_ADDRESS),
    approvalBase: `${env().APP_ORIGINS[0] ?? ''}/authorize-payout/`,
  }
  return cached
}
