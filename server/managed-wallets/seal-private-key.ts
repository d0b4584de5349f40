import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

type Sealing = {
  /** 32 bytes as 64 hex digits: WALLET_ENCRYPTION_KEY. */
  encryptionKey: string
  /** The address of the key, in lower case. */
  address: string
}

const CIPHER = 'aes-256-gcm'
const VERSION = 'v1'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Seals a private key with AES-256-GCM. The address is authenticated with it: in another row it does not open. */
export function sealPrivateKey({
  encryptionKey,
  address,
  privateKey,
}: Sealing & { privateKey: `0x${string}` }): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, Buffer.from(encryptionKey, 'hex'), nonce, {
    authTagLength: TAG_BYTES,
  })
  cipher.setAAD(additionalData(address))
  const sealed = Buffer.concat([cipher.update(Buffer.from(privateKey.slice(2), 'hex')), cipher.final()])
  return `${VERSION}.${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')}`
}

/** The private key, or null when it was sealed under another key or for another address, or is damaged. */
export function unsealPrivateKey({
  encryptionKey,
  address,
  sealed,
}: Sealing & { sealed: string }): `0x${string}` | null {
  const [version, body, ...rest] = sealed.split('.')
  if (version !== VERSION || !body || rest.length > 0) return null
  const bytes = Buffer.from(body, 'base64url')
  if (bytes.length !== NONCE_BYTES + TAG_BYTES + 32) return null
  const decipher = createDecipheriv(
    CIPHER,
    Buffer.from(encryptionKey, 'hex'),
    bytes.subarray(0, NONCE_BYTES),
    {
      authTagLength: TAG_BYTES,
    },
  )
  decipher.setAAD(additionalData(address))
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
  try {
    const opened = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()])
    return `0x${opened.toString('hex')}`
  } catch {
    return null
  }
}

function additionalData(address: string): Buffer {
  return Buffer.from(`bursar managed wallet ${address.toLowerCase()}`)
}
