import { randomBytes } from 'node:crypto'

/** A fresh id for each request, 96 random bits; none is accepted from outside, so that nobody writes into our logs. */
export function newRequestId(): string {
  return `req_${randomBytes(12).toString('base64url')}`
}
