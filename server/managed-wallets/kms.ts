import type { KMSClient } from '@aws-sdk/client-kms'
import { bytesToHex, hashTypedData, keccak256 } from 'viem'
import { checksummed, storedAddress } from '@/domain/address'
import { createSigner, type Signer, SignerError } from '@/server/chain'
import { env } from '@/server/core/env'
import { readDerSignature, readPublicPoint } from './der-signature'
import type { ManagedWallet, NewKey, SigningOptions } from './managed-wallet'

const CONNECT_MILLISECONDS = 3_000
const ANSWER_MILLISECONDS = 8_000
const ATTEMPTS = 3

// What KMS says when asking again cannot help: no right to the key, or the key is gone, disabled or of another kind.
const REFUSALS = new Set([
  'AccessDeniedException',
  'DisabledException',
  'InvalidKeyUsageException',
  'KMSInvalidStateException',
  'NotFoundException',
  'InvalidArnException',
])
const NO_CREDENTIALS = new Set([
  'CredentialsProviderError',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'ExpiredTokenException',
])

let cached: Promise<KMSClient> | undefined

/** Signs with a key that never leaves AWS KMS. KMS signs the digest of what is signed; it sees no more of it. */
export function createKmsSigner(wallet: ManagedWallet, options: SigningOptions = {}): Signer {
  const address = checksummed(wallet.address)
  return createSigner({
    ...options,
    address,
    sign: async (typedData, signal) => {
      const digest = hashTypedData(typedData)
      const der = await signDigest({ keyId: wallet.keyReference, digest, signal })
      const signature = await readDerSignature({ der, digest, address })
      if (!signature) throw new SignerError('wrong_signature', `KMS gave no signature of ${address}`)
      return signature
    },
  })
}

/** Makes a key in KMS and answers its address. Throws `SignerError`; a key whose answer was lost stays unused there. */
export async function createKmsKey(): Promise<NewKey> {
  const { CreateKeyCommand, GetPublicKeyCommand } = await import('@aws-sdk/client-kms')
  const { NETWORK, KMS_KEY_POLICY } = env()
  return callKms(async (client) => {
    const { KeyMetadata } = await client.send(
      new CreateKeyCommand({
        KeySpec: 'ECC_SECG_P256K1',
        KeyUsage: 'SIGN_VERIFY',
        Description: `Bursar managed wallet on ${NETWORK.name}`,
        Tags: [{ TagKey: 'bursar', TagValue: `managed-wallet-${NETWORK.chainId}` }],
        ...(KMS_KEY_POLICY && { Policy: KMS_KEY_POLICY }),
      }),
    )
    const keyReference = KeyMetadata?.Arn ?? KeyMetadata?.KeyId
    if (!keyReference) throw new SignerError('unavailable', 'KMS named no key')
    const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: keyReference }))
    const point = PublicKey && readPublicPoint(PublicKey)
    if (!point) throw new SignerError('wrong_signature', 'KMS gave no public key of secp256k1')
    const address = storedAddress(`0x${keccak256(bytesToHex(point.subarray(1))).slice(-40)}`)
    return { signer: 'kms', address, keyReference }
  })
}

async function signDigest({
  keyId,
  digest,
  signal,
}: {
  keyId: string
  digest: `0x${string}`
  signal: AbortSignal
}): Promise<Uint8Array> {
  const { SignCommand } = await import('@aws-sdk/client-kms')
  const { Signature } = await callKms((client) =>
    client.send(
      new SignCommand({
        KeyId: keyId,
        Message: Buffer.from(digest.slice(2), 'hex'),
        MessageType: 'DIGEST',
        SigningAlgorithm: 'ECDSA_SHA_256',
      }),
      { abortSignal: signal },
    ),
  )
  return Signature ?? new Uint8Array()
}

async function callKms<T>(call: (client: KMSClient) => Promise<T>): Promise<T> {
  cached ??= connect()
  const client = await cached
  try {
    return await call(client)
  } catch (error) {
    if (error instanceof SignerError) throw error
    const name = error instanceof Error ? error.name : 'unknown'
    const kind = REFUSALS.has(name) ? 'refused' : NO_CREDENTIALS.has(name) ? 'no_key' : 'unavailable'
    throw new SignerError(kind, `KMS: ${name}`, { cause: error })
  }
}

/** The SDK takes credentials and the endpoint from the environment, as every AWS program does; it loads only where it is used. */
async function connect(): Promise<KMSClient> {
  const { KMSClient } = await import('@aws-sdk/client-kms')
  const { AWS_REGION } = env()
  return new KMSClient({
    ...(AWS_REGION && { region: AWS_REGION }),
    maxAttempts: ATTEMPTS,
    requestHandler: { connectionTimeout: CONNECT_MILLISECONDS, requestTimeout: ANSWER_MILLISECONDS },
  })
}
