import { randomBytes } from 'node:crypto'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** 62^22 is 2^131. */
const LENGTH = 22
// The largest multiple of 62 that a byte holds: above it a remainder would favour the first characters.
const FAIR = 248

/** Names a page where a person decides: nobody guesses it. 131 random bits. */
export function newApprovalId(): string {
  let id = ''
  while (id.length < LENGTH) {
    for (const byte of randomBytes(32)) {
      if (byte < FAIR && id.length < LENGTH) id += BASE62[byte % 62]
    }
  }
  return id
}
