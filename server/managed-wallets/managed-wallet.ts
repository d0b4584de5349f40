import type { StoredAddress } from '@/domain/address'

export type WalletSignerKind = 'local' | 'kms' | 'cdp'

/** A key that was just made, and where it is. */
export type NewKey = {
  signer: WalletSignerKind
  address: StoredAddress
  /** `local`: the sealed key. `kms`: the key's ARN or id. `cdp`: the account's name. */
  keyReference: string
}

/**
 * A key costs money at some services, and rounds are seconds apart: one that could not be read or did not sign is tried so long before
 * another is made.
 */
export const TRIED_MILLISECONDS = 3_600_000

/** A wallet that payouts of a workspace leave from. */
export type ManagedWallet = NewKey & {
  chainId: number
  /** Null while it is in the stock. */
  workspaceId: string | null
}

export type SigningOptions = {
  /** How long a signature is waited for; 10 s. */
  timeoutMilliseconds?: number
}
