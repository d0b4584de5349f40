import * as z from 'zod'
import { HIDDEN_MESSAGE, VISIBLE_LINE } from './visible-text'

const at = z.iso.datetime()

export const policyView = z.strictObject({
  /** Atomic units: payouts and mandates of at least this much need two approvers; null is never. */
  twoApproversFrom: z.string().nullable(),
  /** The kill switch; null while payouts go on. */
  stopped: z.strictObject({ at, by: z.string(), note: z.string().nullable() }).nullable(),
})
export type PolicyView = z.infer<typeof policyView>

const group = z.strictObject({ count: z.number().int(), amount: z.string() })

/** What a workspace has under way, in the groups that the kill switch treats alike. Amounts in atomic units. */
export const openPayoutsView = z.strictObject({
  waiting: group,
  authorized: group,
  /** Signed or being signed: it is held back while payouts are stopped, and cannot be ended. */
  signed: group,
})
export type OpenPayoutsView = z.infer<typeof openPayoutsView>

// Above any amount of USDC there can be.
const thresholdSchema = z
  .string()
  .regex(/^[1-9]\d{0,29}$/, 'Must be atomic units above zero as a decimal string.')
  .transform((text) => BigInt(text))

export const policyChangeInput = z.strictObject({
  workspaceId: z.uuid(),
  /** Null: never two approvers. */
  twoApproversFrom: thresholdSchema.nullable(),
})

export const stopNoteSchema = z
  .string()
  .trim()
  .max(200, 'Must be at most 200 characters.')
  .regex(VISIBLE_LINE, HIDDEN_MESSAGE)

/** Whether fewer payouts need two approvers than before: then an owner signs for it. Null is never. */
export function isLowerPolicy(from: bigint | null, to: bigint | null): boolean {
  return from !== null && (to === null || to > from)
}

type Signed = {
  chainId: number
  workspaceWallet: `0x${string}`
  workspaceId: string
  signer: `0x${string}`
  /** Unix seconds after which the signature no longer serves. */
  deadline: bigint
  /** 32 random bytes: one signature serves one change. */
  nonce: `0x${string}`
}

const SIGNED = [
  { name: 'workspaceId', type: 'string' },
  { name: 'workspaceWallet', type: 'address' },
  { name: 'signer', type: 'address' },
] as const
const ONCE = [
  { name: 'deadline', type: 'uint256' },
  { name: 'nonce', type: 'bytes32' },
] as const

/** What an owner signs to lower the two-approver policy (EIP-712): 0 is never. JSON-safe: numbers are decimal strings. */
export function buildPolicyChange({
  chainId,
  from,
  to,
  ...signed
}: Signed & { from: bigint | null; to: bigint | null }) {
  return {
    domain: { name: 'Bursar', version: '1', chainId },
    types: {
      PolicyChange: [
        ...SIGNED,
        { name: 'twoApproversFromBefore', type: 'uint256' },
        { name: 'twoApproversFrom', type: 'uint256' },
        ...ONCE,
      ],
    },
    primaryType: 'PolicyChange' as const,
    message: {
      workspaceId: signed.workspaceId,
      workspaceWallet: signed.workspaceWallet,
      signer: signed.signer,
      twoApproversFromBefore: (from ?? 0n).toString(),
      twoApproversFrom: (to ?? 0n).toString(),
      deadline: signed.deadline.toString(),
      nonce: signed.nonce,
    },
  }
}

/** What an owner signs to lift the kill switch that was set at `stoppedAt` (Unix milliseconds). JSON-safe. */
export function buildPayoutsResume({ chainId, stoppedAt, ...signed }: Signed & { stoppedAt: bigint }) {
  return {
    domain: { name: 'Bursar', version: '1', chainId },
    types: { PayoutsResume: [...SIGNED, { name: 'stoppedAt', type: 'uint256' }, ...ONCE] },
    primaryType: 'PayoutsResume' as const,
    message: {
      workspaceId: signed.workspaceId,
      workspaceWallet: signed.workspaceWallet,
      signer: signed.signer,
      stoppedAt: stoppedAt.toString(),
      deadline: signed.deadline.toString(),
      nonce: signed.nonce,
    },
  }
}

export type PolicyTypedData = ReturnType<typeof buildPolicyChange> | ReturnType<typeof buildPayoutsResume>
