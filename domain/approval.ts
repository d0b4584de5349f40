import * as z from 'zod'
import type { Lookalike } from './address-book'
import type { PayoutView } from './payout'
import type { buildPayoutApproval, buildPayoutBatchApproval } from './payout-approval'
import type { TakenBack } from './payout-console'
import type { MemberRole } from './roles'
import { signatureSchema } from './signature'
import { HIDDEN_MESSAGE, VISIBLE_LINES } from './visible-text'
import { workspaceIdSchema } from './workspace-id'

const MAX_TOGETHER = 50

export const approvalIdSchema = z
  .string()
  .regex(/^[0-9A-Za-z_-]{1,64}$/, 'Must be an approval id: the last part of an approvalUrl.')
const approvalIds = z
  .array(approvalIdSchema)
  .min(1)
  .max(MAX_TOGETHER)
  .refine((ids) => new Set(ids).size === ids.length, 'Each approval at most once.')
const workspaceId = workspaceIdSchema.optional()

export const toApproveInput = z.strictObject({ workspaceId, approvalId: approvalIdSchema })
export const approveInput = z.strictObject({
  workspaceId,
  approvalId: approvalIdSchema,
  signature: signatureSchema,
})
export const denyInput = z.strictObject({
  workspaceId,
  approvalId: approvalIdSchema,
  note: z.string().trim().max(500).regex(VISIBLE_LINES, HIDDEN_MESSAGE).optional(),
})
export const toApproveManyInput = z.strictObject({ workspaceId, approvalIds })
export const approveManyInput = z.strictObject({ workspaceId, approvalIds, signature: signatureSchema })
export const approvalCountInput = z.strictObject({ workspaceId })
export const approvalListInput = z.strictObject({
  workspaceId,
  cursor: approvalIdSchema.optional(),
  limit: z.number().int().min(1).max(100).default(50),
  /** Only what the person who asks can still decide. */
  isForMe: z.boolean().default(false),
  /** Only what this agent asks for. */
  agentId: z.string().min(1).max(128).optional(),
})

export type ApprovalVoteView = {
  address: string
  isApproved: boolean
  note: string | null
  /** False when the person has lost the right to approve since. */
  isCounted: boolean
  /** Unix seconds. */
  at: number
}

/** Where the decision about a payout stands. */
export type ApprovalView = {
  approvalId: string
  status: 'pending' | 'approved' | 'denied' | 'closed'
  /** A mandate approved it; no person was asked. */
  isByMandate: boolean
  /** How many different persons have to approve, by what was decided at creation and what the policy says now. */
  requiredApprovals: number
  approvals: number
  votes: ApprovalVoteView[]
  /** Why the mandate did not pay it by itself, when that is why a person is asked. */
  refusal: ({ code: string } & Record<string, unknown>) | null
  /** A person's address, a mandate's id, an agent's id or `worker`. */
  decidedBy: string | null
  decidedAt: number | null
  note: string | null
}

export type ApprovalWarning =
  /** The workspace has never paid this address, and had no name for it when it was first asked to; `named` since, in Unix seconds. */
  | { code: 'first_time_recipient'; named: { name: string; at: number } | null }
  /** It resembles an address that the workspace knows: somebody may have made it for that. */
  | ({ code: 'look_alike' } & Lookalike)
  /** What the wallet holds, less what is promised, does not cover it. */
  | { code: 'insufficient_funds'; available: string; required: string }
  /** The chain does not answer: what the wallet holds is not known just now. */
  | { code: 'balance_unknown' }
  | { code: 'mandate_refused'; refusal: NonNullable<ApprovalView['refusal']> }

/** Of the managed wallet, in atomic units. Null where the chain did not answer. */
export type ApprovalFunds = {
  fromAddress: string
  balance: string | null
  /** Signed or being signed, and not yet confirmed. */
  reserved: string
  /** Approved, and not yet signed. */
  approved: string
  /** What is left of the balance after all of these and this payout; negative when it does not suffice. */
  after: string | null
}

export type ToApproveView = {
  payout: PayoutView
  approval: ApprovalView
  typedData: ReturnType<typeof buildPayoutApproval>
  warnings: ApprovalWarning[]
  /** The recipient's name in the workspace's address book. */
  recipientName: string | null
  /** Only while it is to be decided; afterwards the chain is not asked. */
  funds: ApprovalFunds | null
  workspace: { id: string; slug: string; name: string }
  you: {
    address: string
    role: MemberRole
    /** The role allows it and its rights have begun. */
    mayApprove: boolean
    /** Unix seconds, when the role's rights begin later. */
    rightsFrom: number | null
  }
  /** Why nothing moves just now, in the worker's word. */
  waitingFor: string | null
  takenBack: TakenBack | null
  /** Nothing can change any more, not even by a reorganisation. */
  isSettled: boolean
  /** Set while somebody has stopped all payouts of the workspace. */
  stopped: { by: string; at: number; note: string | null } | null
  /** By the server's clock; 0 when it is over. */
  secondsLeft: number
}

/** What `payouts.approve` and `payouts.deny` answer: the payout as it is now, and where the decision stands. */
export type DecidedPayout = PayoutView & {
  decision: {
    outcome: 'approved' | 'waiting' | 'already_voted' | 'denied'
    approvals: number
    requiredApprovals: number
  }
}

/** What a vote came to. With the first three the person has approved; with the others nothing changed. */
export const VOTE_OUTCOMES = [
  'approved',
  'waiting',
  'already_voted',
  'expired',
  'decided',
  'killed',
  'not_authorized',
  'not_found',
] as const
export type VoteOutcome = (typeof VOTE_OUTCOMES)[number]

export type PendingApproval = {
  approvalId: string
  payout: PayoutView
  recipientName: string | null
  isFirstTime: boolean
  requiredApprovals: number
  approvals: number
  /** The person who asks has approved it already and waits for another. */
  hasMyApproval: boolean
  refusalCode: string | null
  secondsLeft: number
}

export type PendingApprovals = { items: PendingApproval[]; nextCursor: string | null }

export type ToApproveManyView = {
  lines: (PendingApproval & { warnings: ApprovalWarning[] })[]
  /** Asked for but no longer to be decided. */
  missing: { approvalId: string; reason: 'not_found' | 'decided' | 'expired' }[]
  total: string
  /** Of the wallet that pays all of them; `after` is what is left after the whole list. Null without a line. */
  funds: ApprovalFunds | null
  /** About the list as a whole. */
  warnings: ApprovalWarning[]
  typedData: ReturnType<typeof buildPayoutBatchApproval> | null
}

export type ApprovedLine = {
  approvalId: string
  outcome: VoteOutcome
  payout: PayoutView | null
  approvals: number
  requiredApprovals: number
}
export type ApprovedMany = { lines: ApprovedLine[] }
