import * as z from 'zod'
import { addressSchema } from './address-schema'
import { MEMBER_ROLES, WORKSPACE_KINDS } from './roles'
import { signatureSchema } from './signature'
import { HIDDEN_DESCRIPTION, HIDDEN_MESSAGE, VISIBLE_LINE } from './visible-text'

const checksummedAddress = z.string().regex(/^0x[0-9a-fA-F]{40}$/)

export const slugSchema = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{1,38})[a-z0-9]$/,
    'Must be 3 to 40 of a-z, 0-9 and "-", and start and end with a letter or digit.',
  )

export const nameSchema = z
  .string()
  .trim()
  .min(1, 'Must not be empty.')
  .max(80, 'Must be at most 80 characters.')
  .regex(VISIBLE_LINE, HIDDEN_MESSAGE)
  .describe(HIDDEN_DESCRIPTION)

export const createWorkspaceInput = z.strictObject({
  slug: slugSchema,
  name: nameSchema,
  roles: z
    .array(z.enum(WORKSPACE_KINDS))
    .min(1)
    .max(2)
    .refine((roles) => new Set(roles).size === roles.length, 'Must not repeat a role.'),
})
export type CreateWorkspaceInput = z.infer<typeof createWorkspaceInput>

export const workspaceView = z.strictObject({
  id: z.uuid(),
  slug: z.string(),
  name: z.string(),
  walletAddress: checksummedAddress,
  roles: z.array(z.enum(WORKSPACE_KINDS)),
  createdAt: z.iso.datetime(),
})
export type WorkspaceView = z.infer<typeof workspaceView>

export const membershipView = z.strictObject({
  id: z.uuid(),
  slug: z.string(),
  name: z.string(),
  role: z.enum(MEMBER_ROLES),
})
export type MembershipView = z.infer<typeof membershipView>

export const memberView = z.strictObject({
  address: checksummedAddress,
  role: z.enum(MEMBER_ROLES),
  /** Until then the role does not count yet. */
  rightsFrom: z.iso.datetime(),
  addedBy: checksummedAddress,
  createdAt: z.iso.datetime(),
})
export type MemberView = z.infer<typeof memberView>

export const inviteView = z.strictObject({
  id: z.uuid(),
  address: checksummedAddress,
  role: z.enum(MEMBER_ROLES),
  invitedBy: checksummedAddress,
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
})
export type InviteView = z.infer<typeof inviteView>

export const memberChangeInput = z.strictObject({
  workspaceId: z.uuid(),
  address: addressSchema,
  role: z.enum(MEMBER_ROLES),
})

/** An open invitation as the invited person sees it. */
export const myInviteView = inviteView.extend({
  workspace: z.strictObject({ id: z.uuid(), slug: z.string(), name: z.string() }),
})
export type MyInviteView = z.infer<typeof myInviteView>

/** An owner's signature over `buildMemberChange`: the two values that the server chose, handed back, and the signature. */
export const memberEvidenceInput = z.strictObject({
  deadline: z.string().regex(/^\d{1,12}$/, 'Must be Unix seconds as a decimal string.'),
  nonce: z.string().regex(/^0x[0-9a-f]{64}$/, 'Must be 0x and 64 lower-case hex digits.'),
  signature: signatureSchema,
})
export type MemberEvidence = z.infer<typeof memberEvidenceInput>

export const updateWorkspaceInput = z.strictObject({ name: nameSchema })
