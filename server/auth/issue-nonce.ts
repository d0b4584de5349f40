import { randomBytes } from 'node:crypto'
import { insertNonce } from './session-repository'

const NONCE_SECONDS = 300

/**
 * A single-use nonce for a sign-in message, bound to nothing, alive for five minutes (EIP-4361). 128 bits of the
 * system's randomness; viem's own generator draws from Math.random.
 */
export async function issueNonce(): Promise<{ nonce: string; expiresAt: Date }> {
  const nonce = randomBytes(16).toString('hex')
  return { nonce, expiresAt: await insertNonce({ nonce, ttlSeconds: NONCE_SECONDS }) }
}
