import type { Hex } from 'viem'
import { checksummed } from '@/domain/address'
import { createSigner, type Signer, SignerError, signHash } from '@/server/chain'
import { env } from '@/server/core/env'
import type { ManagedWallet, SigningOptions } from './managed-wallet'
import { unsealPrivateKey } from './seal-private-key'

/** Signs with a key that is sealed in the wallet's row. It is opened for each signature and kept nowhere. */
export function createLocalSigner(wallet: ManagedWallet, options: SigningOptions = {}): Signer {
  return createSigner({
    ...options,
    address: checksummed(wallet.address),
    sign: ({ hash }) => signHash({ hash, privateKey: openKey(wallet) }),
  })
}

// That the key is the address's is seen from the signature, which the port recovers.
function openKey({ address, keyReference }: ManagedWallet): Hex {
  const encryptionKey = env().WALLET_ENCRYPTION_KEY
  if (!encryptionKey) throw new SignerError('no_key', 'WALLET_ENCRYPTION_KEY is not set in this process')
  const privateKey = unsealPrivateKey({ encryptionKey, address, sealed: keyReference })
  if (!privateKey) {
    throw new SignerError('no_key', `WALLET_ENCRYPTION_KEY does not open the key of ${address}`)
  }
  return privateKey
}
