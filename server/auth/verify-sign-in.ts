import type { Hex } from 'viem'
import type { StoredAddress } from '@/domain/address'
import { verifyMessageSignature } from '@/server/chain'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import { newSessionSecret, SESSION_SECONDS, sealSessionCookie } from './session-cookie'
import { openSessionWithNonce, readNonce } from './session-repository'
import { assertInTime, parseSignInMessage } from './sign-in-message'
import { assertMaySignUp } from './sign-up'

type SignIn = {
  message: string
  signature: Hex
  /** The page's origin, checked against APP_ORIGINS before; it decides whether the cookie is Secure. */
  origin: string
  userAgent: string | null
}

/**
 * Signs a person in with an EIP-4361 message. The nonce is looked at first and used up last, in the statement that
 * opens the session: a wrong signature burns nobody's nonce, a right one opens exactly one session, and only who holds
 * a live nonce can make this server ask the chain. Throws `invalid_request`, `siwe_domain`, `siwe_chain`, `siwe_nonce`,
 * `siwe_expired`, `siwe_signature`, `signup_closed`, and `dependency_unavailable` when a smart wallet cannot be asked.
 */
export async function verifySignIn({
  message,
  signature,
  origin,
  userAgent,
}: SignIn): Promise<{ address: StoredAddress; setCookie: string }> {
  const parsed = parseSignInMessage(message, {
    origins: env().APP_ORIGINS,
    chainId: env().NETWORK.chainId,
  })
  const { isLive, now } = await readNonce(parsed.nonce)
  if (!isLive) throw nonceGone()
  assertInTime(parsed, now)
  const { address, nonce } = parsed
  if (!(await verifyMessageSignature({ address, message, signature }))) {
    throw new AppError('siwe_signature', `The signature was not made by ${address} over this message.`)
  }
  await assertMaySignUp(address)
  const { secret, tokenHash } = newSessionSecret()
  const session = await openSessionWithNonce({
    nonce,
    address,
    tokenHash,
    userAgent: userAgent?.slice(0, 256) ?? null,
    ttlSeconds: SESSION_SECONDS,
  })
  if (!session) throw nonceGone()
  return { address, setCookie: await sealSessionCookie({ secret, origin }) }
}

function nonceGone(): AppError {
  return new AppError(
    'siwe_nonce',
    'Ask for a new nonce and sign the new message: each serves once, for five minutes.',
  )
}
