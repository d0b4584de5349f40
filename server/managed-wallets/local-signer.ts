import { privateKeyToAccount } from 'viem/accounts'
import { checksummed, storedAddress } from '@/domain/address'
import { createSigner, type Signer, SignerError } from '@/server/chain'
import { env } from '@/server/core/env'
import type { ManagedWallet, SigningOptions } from './managed-wallet'
import { unsealPrivateKey } from './seal-private-key'

/** Signs with a key that is sealed in the wallet's row. It is opened for each signature and kept nowhere. */
export function createLocalSigner(wallet: ManagedWallet, options: SigningOptions = {}): Signer {
  return createSigner({
    ...options,
    address: checksummed(wallet.address),
    sign: async (typedData) => openAccount(wallet).signTypedData(typedData),
  })
}

function openAccount({ address, keyReference }: ManagedWallet) {
  const encryptionKey = env().WALLET_ENCRYPTION_KEY
  if (!encryptionKey) throw new SignerError('no_key', 'WALLET_ENCRYPTION_KEY is not set in this process')
  const privateKey = unsealPrivateKey({ encryptionKey, address, sealed: keyReference })
  if (!privateKey) {
    throw new SignerError('no_key', `WALLET_ENCRYPTION_KEY does not open the key of ${address}`)
  }
  const account = privateKeyToAccount(privateKey)
  if (storedAddress(account.address) !== address) {
    throw new SignerError('wrong_signature', `the sealed key is not of ${address}`)
  }
  return account
}
