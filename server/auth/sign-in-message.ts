import { parseSiweMessage } from 'viem/siwe'
import { parseAddress, type StoredAddress } from '@/domain/address'
import { AppError } from '@/server/core/app-error'

// EIP-4361 from its first to its last character. viem's parser finds the fields anywhere in the text, so a statement
// that quotes "URI: …" could speak for the message; this anchors every field to its place.
const SHAPE =
  /^(?:[a-zA-Z][a-zA-Z0-9+\-.]*:\/\/)?[a-zA-Z0-9\-.[\]:]+ wants you to sign in with your Ethereum account:\n0x[a-fA-F0-9]{40}\n\n(?:[^\n]+\n)?\nURI: \S+\nVersion: 1\nChain ID: \d{1,15}\nNonce: [a-zA-Z0-9]{8,64}\nIssued At: \S+(?:\nExpiration Time: \S+)?(?:\nNot Before: \S+)?(?:\nRequest ID: [^\n]*)?(?:\nResources:(?:\n- \S+)*)?$/

// A browser's clock may be wrong by this much; freshness itself comes from the nonce, which lives five minutes.
const CLOCK_SKEW_MS = 5 * 60_000
const MAX_AGE_MS = 10 * 60_000

type SignInMessage = {
  address: StoredAddress
  nonce: string
  issuedAt: Date
  expirationTime: Date | undefined
  notBefore: Date | undefined
}

type Expected = { origins: readonly string[]; chainId: number }

/**
 * Reads an EIP-4361 message and checks what needs no database: shape, site and chain. Throws `invalid_request`,
 * `siwe_domain`, `siwe_chain`.
 */
export function parseSignInMessage(text: string, { origins, chainId }: Expected): SignInMessage {
  const parsed = SHAPE.test(text) ? parseSiweMessage(text) : {}
  const address = parseAddress(parsed.address ?? '')
  if (!address || !parsed.nonce || !parsed.issuedAt || !parsed.domain || !parsed.uri) {
    const message = 'Must be an EIP-4361 message, field by field in its order.'
    throw new AppError('invalid_request', message, {
      param: 'message',
      errors: [{ path: 'message', message }],
    })
  }
  const { domain, scheme, uri } = parsed
  if (!origins.some((origin) => speaksFor(origin, { domain, scheme, uri }))) {
    throw new AppError(
      'siwe_domain',
      `The message is for ${domain} and ${uri}, not for this console. Sign in from the console's own page.`,
    )
  }
  if (parsed.chainId !== chainId) {
    throw new AppError(
      'siwe_chain',
      `The message names chain ${parsed.chainId}; this console runs on ${chainId}. Switch the wallet and sign again.`,
    )
  }
  return {
    address,
    nonce: parsed.nonce,
    issuedAt: parsed.issuedAt,
    expirationTime: parsed.expirationTime,
    notBefore: parsed.notBefore,
  }
}

function speaksFor(
  origin: string,
  { domain, scheme, uri }: { domain: string; scheme: string | undefined; uri: string },
): boolean {
  const site = new URL(origin)
  if (domain !== site.host || (scheme !== undefined && `${scheme}:` !== site.protocol)) return false
  return URL.canParse(uri) && new URL(uri).origin === site.origin
}

/** Checks the message's own times against the database's clock. Throws `siwe_expired`. */
export function assertInTime(message: SignInMessage, now: Date): void {
  const at = now.getTime()
  const issued = message.issuedAt.getTime()
  const expires = message.expirationTime?.getTime()
  const starts = message.notBefore?.getTime()
  // Written so that an invalid date, whose time is NaN, fails each comparison.
  const isFresh = issued <= at + CLOCK_SKEW_MS && issued >= at - MAX_AGE_MS
  const isAlive = expires === undefined || at < expires
  const hasBegun = starts === undefined || at >= starts
  if (isFresh && isAlive && hasBegun) return
  throw new AppError(
    'siwe_expired',
    `The message was issued at ${writeTime(message.issuedAt)} and read at ${now.toISOString()}. Ask for a new nonce and sign again.`,
  )
}

function writeTime(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'an unreadable time' : date.toISOString()
}
