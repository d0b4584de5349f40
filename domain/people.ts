import * as z from 'zod'
import { signatureSchema } from './signature'
import { membershipView } from './workspace'

const checksummedAddress = z.string().regex(/^0x[0-9a-fA-F]{40}$/)

export const verifyInput = z.strictObject({
  message: z.string().min(1).max(4096),
  signature: signatureSchema,
})

export const nonceView = z.strictObject({
  nonce: z.string(),
  expiresAt: z.iso.datetime(),
})

export const signedInView = z.strictObject({
  address: checksummedAddress,
  workspaces: z.array(membershipView),
})

/** `GET /api/v1/me`: who this credential is and which workspaces it sees. */
export const meView = z.strictObject({
  address: checksummedAddress,
  isInstanceAdmin: z.boolean(),
  sessionExpiresAt: z.iso.datetime(),
  workspaces: z.array(membershipView),
})
export type MeView = z.infer<typeof meView>

/** A browser that a person is signed in with. */
export const sessionView = z.strictObject({
  id: z.uuid(),
  userAgent: z.string().nullable(),
  createdAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  isCurrent: z.boolean(),
})
export type SessionView = z.infer<typeof sessionView>
