import type { Signer } from '@/server/chain'
import { createCdpSigner } from './cdp'
import { createKmsSigner } from './kms'
import { createLocalSigner } from './local-signer'
import type { ManagedWallet, SigningOptions, WalletSignerKind } from './managed-wallet'

const SIGNERS: Record<WalletSignerKind, (wallet: ManagedWallet, options?: SigningOptions) => Signer> = {
  local: createLocalSigner,
  kms: createKmsSigner,
  cdp: createCdpSigner,
}

/**
 * The signer of a managed wallet, wherever its key is. Making it asks nothing; `signTypedData` throws `SignerError`, and what it
 * answers has been recovered and compared with the wallet's address.
 */
export function signerOf(wallet: ManagedWallet, options?: SigningOptions): Signer {
  return SIGNERS[wallet.signer](wallet, options)
}
