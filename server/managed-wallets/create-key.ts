import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { storedAddress } from '@/domain/address'
import { SignerError } from '@/server/chain'
import { env } from '@/server/core/env'
import { createCdpAccount } from './cdp'
import { createKmsKey } from './kms'
import type { NewKey } from './managed-wallet'
import { sealPrivateKey } from './seal-private-key'

/** Makes a key where WALLET_SIGNER says. Throws `SignerError`. */
export async function createKey(): Promise<NewKey> {
  const { WALLET_SIGNER } = env()
  if (WALLET_SIGNER === 'kms') return createKmsKey()
  return WALLET_SIGNER === 'cdp' ? createCdpAccount() : createLocalKey()
}

function createLocalKey(): NewKey {
  const encryptionKey = env().WALLET_ENCRYPTION_KEY
  if (!encryptionKey) throw new SignerError('no_key', 'WALLET_ENCRYPTION_KEY is not set in this process')
  const privateKey = generatePrivateKey()
  const address = storedAddress(privateKeyToAddress(privateKey))
  return { signer: 'local', address, keyReference: sealPrivateKey({ encryptionKey, address, privateKey }) }
}
