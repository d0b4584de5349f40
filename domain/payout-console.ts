import * as z from 'zod'
import type { FailureReason, PayoutStatus } from './payout-status'
import type { WebhookDeliveryView } from './webhook'

/** The states of a payout as a person filters them: `unknown` is sent, and not proved paid or dead, or was paid and then taken back by the chain. */
export const PAYOUT_GROUPS = ['waiting', 'moving', 'paid', 'unknown', 'failed'] as const
export type PayoutGroup = (typeof PAYOUT_GROUPS)[number]

const oneLine = z.string().regex(/^[^\p{Cc}\p{Cs}]*$/u, 'Must be one line of text.')
const id = oneLine.min(1).max(128)

/** What a list of payouts is narrowed to. `since` and `until` bound the time of creation, `until` exclusive. */
export const payoutFilterSchema = z.strictObject({
  group: z.enum(PAYOUT_GROUPS).optional(),
  agentId: id.optional(),
  mandateId: id.optional(),
  /** A payout id, business id, address or transaction hash; the start of an id or words of a description among the newest. */
  search: oneLine.trim().min(1).max(200).optional(),
  since: z.iso.datetime().optional(),
  until: z.iso.datetime().optional(),
})
export type PayoutFilter = z.infer<typeof payoutFilterSchema>

/** Among how many of the newest payouts a search looks at beginnings and descriptions. */
export const SEARCHED_NEWEST = 10_000
/** Counts stop here: more is "1,000+". */
export const COUNTED_MOST = 1000

/**
 * A confirmed payment that a reorganisation took back: the same authorization is sent again, or has ended, so that a final block has to
 * say what became of it, or it is gone for good.
 */
export type TakenBack = 'sent_again' | 'undecided' | 'gone'

/** A payout in the console's list. Amounts in atomic units, times ISO 8601. */
export type PayoutRowView = {
  id: string
  kind: 'payout' | 'sweep'
  payoutId: string
  status: PayoutStatus
  failureReason: string | null
  isFinal: boolean
  /** Why nothing moves just now, in the worker's word. */
  waitingFor: string | null
  takenBack: TakenBack | null
  amount: string
  toAddress: string
  /** The recipient's name in the address book. */
  toName: string | null
  agentId: string | null
  agentName: string | null
  mandateId: string | null
  bizId: string | null
  description: string | null
  txHash: string | null
  confirmations: number
  /** The page that decides about it, while it waits for a person. */
  approvalId: string | null
  createdAt: string
  expiresAt: string
}

export type PayoutCounts = Record<PayoutGroup, number>

export type PayoutTransitionView = {
  stateVersion: number
  from: PayoutStatus | null
  to: PayoutStatus
  reason: string | null
  /** A person's address, an agent's id, a mandate's id or `worker`. */
  actor: string
  /** The agent's name, when an agent acted. */
  actorName: string | null
  note: string | null
  at: string
}

export type PayoutEvidenceView = {
  kind: 'payout_approval' | 'mandate'
  signer: string
  typedData: unknown
  signature: string
  at: string
}

export type PayoutTransactionView = {
  hash: string
  status: 'prepared' | 'sent' | 'mined' | 'replaced' | 'dropped'
  blockNumber: string | null
  /** How many payouts the transaction carries. */
  carries: number
  at: string
}

/**
 * The EIP-3009 authorization that moves the money: who has it can use it until `validBefore` (Unix seconds). The signature is null until
 * it was sent, and while payouts are stopped until the payout has ended.
 */
export type PayoutAuthorizationView = { nonce: string; validBefore: number; signature: string | null }

export type PayoutApprovalView = {
  approvalId: string
  status: 'pending' | 'approved' | 'denied' | 'closed'
  isByMandate: boolean
  requiredApprovals: number
  refusal: ({ code: string } & Record<string, unknown>) | null
  note: string | null
  votes: { address: string; isApproved: boolean; note: string | null; at: string }[]
}

export type PayoutDetailView = PayoutRowView & {
  network: string
  currency: string
  fromAddress: string
  assetAddress: string
  metadata: unknown
  webhookUrl: string | null
  usesBudget: boolean
  stateVersion: number
  blockNumber: string | null
  executedAt: string | null
  confirmedAt: string | null
  finalizedAt: string | null
  /** When the worker looks again at what waits. */
  nextTryAt: string | null
  authorization: PayoutAuthorizationView | null
  approval: PayoutApprovalView | null
  transitions: PayoutTransitionView[]
  transactions: PayoutTransactionView[]
  evidence: PayoutEvidenceView[]
  /** Newest first. */
  deliveries: WebhookDeliveryView[]
}

/** What USDC says about a payout's authorization. Null where the chain does not answer. */
export type PayoutOnChainView = {
  isUsed: boolean | null
  isUsedFinally: boolean | null
  /** A final block is past its end, and it is unused there. */
  isProvablyDead: boolean | null
  readAt: string
}

type FailureWords = { what: string; money: string; next: string }

const NOTHING_SENT = 'Nothing was signed or sent, and no money moved.'
const ASK_AGAIN = 'If it should still be paid, the agent asks again with a new payoutId.'

/** Of each way to fail: what happened, whether money moved, what to do now. */
const FAILURES: Record<FailureReason, FailureWords> = {
  user_denied: { what: 'A person denied it.', money: NOTHING_SENT, next: ASK_AGAIN },
  expired: {
    what: 'Its time was over before it was approved and signed.',
    money: NOTHING_SENT,
    next: ASK_AGAIN,
  },
  cancelled: { what: 'It was cancelled before it was signed.', money: NOTHING_SENT, next: ASK_AGAIN },
  mandate_revoked: {
    what: 'The mandate that paid for it was revoked before it was signed.',
    money: `${NOTHING_SENT} The budget is free again.`,
    next: 'Sign another mandate, or let the agent ask for an approval.',
  },
  mandate_disabled: {
    what: 'The mandate that paid for it was turned off before it was signed.',
    money: `${NOTHING_SENT} The budget is free again.`,
    next: 'Turn the mandate on again, and let the agent ask with a new payoutId.',
  },
  killed: {
    what: 'All payouts of this workspace were stopped before it was signed.',
    money: NOTHING_SENT,
    next: 'Once an owner has let payouts go on, the agent can ask again with a new payoutId.',
  },
  insufficient_funds: {
    what: 'The payout wallet did not hold enough USDC beyond what it had promised already.',
    money: NOTHING_SENT,
    next: 'Send USDC to the payout wallet, then let the agent ask again with a new payoutId.',
  },
  signing_failed: {
    what: 'It could not be signed.',
    money: NOTHING_SENT,
    next: 'Ask whoever runs this console to look at the signer, then let the agent ask again.',
  },
  tx_reverted: {
    what: 'USDC refused the transfer, and its authorization can never be used any more.',
    money: 'No money moved.',
    next: 'Look at the recipient: USDC refuses blocked addresses. The agent can ask again with a new payoutId.',
  },
  tx_confirmation_timeout: {
    what: 'It was sent, and no confirmation was seen in time.',
    money: 'Money may have moved: the signed authorization can still be used.',
    next: 'Do not pay it again. The chain is asked until it proves one or the other; nothing needs to be done.',
  },
  authorization_expired: {
    what: 'Its authorization ended unused. A final block proves it.',
    money: 'No money moved, and none can any more.',
    next: ASK_AGAIN,
  },
}

const SEND_AGAIN = 'The USDC stays in the payout wallet; an owner can send it again.'

/** What to do now where an owner asked, to bring USDC back to the workspace's wallet: no agent is told, and none asks again. */
const SWEEP_NEXT: Partial<Record<FailureReason, string>> = {
  killed: 'Once an owner has let payouts go on, it can be sent again.',
  insufficient_funds:
    'Payouts that were promised before need the USDC. Send less, or wait until they are paid.',
  signing_failed: 'Ask whoever runs this console to look at the signer, then send it again.',
  tx_reverted: 'USDC refuses blocked addresses: look at the workspace’s wallet, then send it again.',
  tx_confirmation_timeout:
    'Do not send it again. The chain is asked until it proves one or the other; nothing needs to be done.',
}

/** A failure in words. A reason may carry a suffix, as `signing_failed:killed`. */
export function failureWords(reason: string, kind: PayoutRowView['kind'] = 'payout'): FailureWords {
  const known = knownReason(reason)
  const words = known
    ? FAILURES[known]
    : { what: `It failed: ${reason}.`, money: 'Look at its transactions below.', next: ASK_AGAIN }
  const what = reason === 'authorization_expired:cancelled' ? CANCELLED_ON_CHAIN : words.what
  const next = kind === 'sweep' ? ((known && SWEEP_NEXT[known]) ?? SEND_AGAIN) : words.next
  return { what, money: words.money, next }
}

const CANCELLED_ON_CHAIN = 'Its authorization was cancelled on chain, unused. A final block proves it.'

function knownReason(reason: string): FailureReason | null {
  const [base = reason, suffix] = reason.split(':', 2)
  if (base === 'signing_failed' && suffix && isReason(suffix)) return suffix
  return isReason(base) ? base : null
}

function isReason(text: string): text is FailureReason {
  return Object.hasOwn(FAILURES, text)
}
