import type { AuthorizationKey, WantedTransfer } from '@/server/chain'
import { env } from '@/server/core/env'
import type { DuePayout, SignedPayout } from './due-payout'
import { payoutNonce } from './payout-authorization'

/** What USDC knows a payout's authorization by, signed or yet to be. */
export function keyOf({ id, from, authorization }: DuePayout): AuthorizationKey {
  return { authorizer: from, nonce: authorization?.nonce ?? nonceOf({ id }) }
}

export function nonceOf({ id }: { id: string }): `0x${string}` {
  return payoutNonce({ chainId: env().NETWORK.chainId, asset: env().USDC_ADDRESS, id })
}

/** What the chain's logs must show of a payout that is paid. */
export function wantedOf({ from, to, amount, createdAt, authorization }: SignedPayout): WantedTransfer {
  return { from, to, amount, nonce: authorization.nonce, since: createdAt }
}
