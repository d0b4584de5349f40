import { createHash, randomBytes, randomInt } from 'node:crypto'

/** What every agent token starts with, so that people and secret scanners recognise one. */
export const TOKEN_PREFIX = 'bsr_'
const TOKEN_PATTERN = /^bsr_[A-Za-z0-9_-]{43}$/
/** So much of a token may be shown to tell it from others. */
const SHOWN_CHARACTERS = 12

/** A new secret of 256 random bits. */
export function newAgentToken(): string {
  return `${TOKEN_PREFIX}${randomBytes(32).toString('base64url')}`
}

export function isAgentToken(text: string): boolean {
  return TOKEN_PATTERN.test(text)
}

/** What is stored of a token: SHA-256 suffices for a secret that is random in full. */
export function hashAgentToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

export function shownPrefix(token: string): string {
  return token.slice(0, SHOWN_CHARACTERS)
}

/** An id with 128 random bits. */
export function newAgentId(): string {
  return `agt_${randomBytes(16).toString('hex')}`
}

// Without the letters and digits that people take for one another.
const CODE_CHARACTERS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'

/** Six characters that a person compares; they tell agents apart and open nothing. */
export function newUserCode(): string {
  return Array.from({ length: 6 }, () => CODE_CHARACTERS[randomInt(CODE_CHARACTERS.length)]).join('')
}
