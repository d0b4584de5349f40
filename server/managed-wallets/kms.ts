import type { KMSClient } from '@aws-sdk/client-kms'
import { bytesToHex, keccak256 } from 'viem'
import { checksummed, storedAddress } from '@/domain/address'
import { createSigner, type Signer, SignerError, type SignerErrorKind } from '@/server/chain'
import { now } from '@/server/core/clock'
import { env } from '@/server/core/env'
import { readDerSignature, readPublicPoint, signatureOf } from './der-signature'
import { type ManagedWallet, type NewKey, type SigningOptions, TRIED_MILLISECONDS } from './managed-wallet'

const CONNECT_MILLISECONDS = 3_000
const ANSWER_MILLISECONDS = 8_000
const ATTEMPTS = 3

// What KMS says by name; everything else is a service that is asked again. Only what names this very request is for good: rights and
// keys that are disabled or scheduled for deletion are set right by people.
const KINDS = new Map<string, SignerErrorKind>([
  ['ValidationException', 'refused'],
  ['ValidationError', 'refused'],
  ['AccessDeniedException', 'denied'],
  ['DisabledException', 'denied'],
  ['InvalidKeyUsageException', 'denied'],
  ['KMSInvalidStateException', 'denied'],
  ['NotFoundException', 'denied'],
  ['InvalidArnException', 'denied'],
  ['CredentialsProviderError', 'no_key'],
  ['UnrecognizedClientException', 'no_key'],
  ['InvalidSignatureException', 'no_key'],
  ['ExpiredTokenException', 'no_key'],
])

let cached: Promise<KMSClient> | undefined

/** Signs with a key that never leaves AWS KMS. KMS signs the digest of what is signed; it sees no more of it. */
export function createKmsSigner(wallet: ManagedWallet, options: SigningOptions = {}): Signer {
  const address = checksummed(wallet.address)
  return createSigner({
    ...options,
    address,
    sign: async ({ hash: digest }, signal) => {
      const der = await signDigest({ keyId: wallet.keyReference, digest, signal })
      const numbers = readDerSignature(der)
      if (!numbers) throw new SignerError('unavailable', 'KMS gave something that is no signature')
      const signature = await signatureOf({ numbers, digest, address })
      if (!signature) throw new SignerError('wrong_signature', `KMS gave no signature of ${address}`)
      return signature
    },
  })
}

/** A key that was made and whose public key nobody has read yet: it is asked again before another is made. */
let unread: { keyReference: string; at: number } | undefined

/** Makes a key in KMS and answers its address. Throws `SignerError`; a key whose answer was lost stays unused there. */
export async function createKmsKey(): Promise<NewKey> {
  const { GetPublicKeyCommand } = await import('@aws-sdk/client-kms')
  return callKms(async (client) => {
    const at = now().getTime()
    if (!unread || at - unread.at >= TRIED_MILLISECONDS) unread = { keyReference: await makeKey(client), at }
    const { keyReference } = unread
    const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: keyReference }))
    const point = PublicKey && readPublicPoint(PublicKey)
    if (!point) throw new SignerError('unavailable', 'KMS gave no public key of secp256k1')
    unread = undefined
    const address = storedAddress(`0x${keccak256(bytesToHex(point.subarray(1))).slice(-40)}`)
    return { signer: 'kms', address, keyReference }
  })
}

async function makeKey(client: KMSClient): Promise<string> {
  const { CreateKeyCommand } = await import('@aws-sdk/client-kms')
  const { NETWORK, KMS_KEY_POLICY } = env()
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
  return keyReference
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
    throw new SignerError(KINDS.get(name) ?? 'unavailable', `KMS: ${name}`, { cause: error })
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
