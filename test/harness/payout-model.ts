// What a plain program without a database says that mandates and payouts should be after each step.
import { isEdgeAllowed, isFinalPayout, type PayoutStatus } from '@/domain/payout-status'

export type ModelMandate = {
  agent: number
  limit: bigint
  cap: bigint | null
  periodLimit: bigint | null
  isSigned: boolean
  isEnabled: boolean
  isRevoked: boolean
}

export type ModelPayout = {
  key: number
  agent: number
  mandate: number | null
  biz: number | null
  amount: bigint
  usesBudget: boolean
  status: PayoutStatus
  failureReason: string | null
  version: number
}

export type Model = {
  mandates: ModelMandate[]
  monthlyLimits: (bigint | null)[]
  payouts: ModelPayout[]
  isKilled: boolean
}

export type ModelRequest = {
  /** Which payout id; the same one twice is a repeat or a conflict. */
  key: number
  agent: number
  /** Beyond the last mandate is one that does not exist. */
  mandate: number | null
  biz: number | null
  amount: bigint
  isAsking: boolean
}

export const isHeld = ({ status, failureReason }: ModelPayout) => !isFinalPayout(status, failureReason)
const isPaid = ({ status }: ModelPayout) => status === 'confirmed'
/** Holds its bizId, its month and its place in a rolling period. */
const isAlive = (payout: ModelPayout) => isHeld(payout) || isPaid(payout)
const sum = (payouts: readonly ModelPayout[]) => payouts.reduce((total, { amount }) => total + amount, 0n)

export function sumsOf({ payouts }: Model, mandate: number): { pending: bigint; spent: bigint } {
  const own = payouts.filter((payout) => payout.mandate === mandate && payout.usesBudget)
  return { pending: sum(own.filter(isHeld)), spent: sum(own.filter(isPaid)) }
}

export function monthOf({ payouts }: Model, agent: number): bigint {
  return sum(payouts.filter((payout) => payout.agent === agent && isAlive(payout)))
}

export function holderOf({ payouts }: Model, biz: number): ModelPayout | undefined {
  return payouts.find((payout) => payout.biz === biz && isAlive(payout))
}

/** What a request should answer; one that is created is in the model afterwards. */
export function create(model: Model, request: ModelRequest): string {
  const known = model.payouts.find(({ key }) => key === request.key)
  if (known) return isSame(known, request) ? 'replayed' : 'conflict'
  if (model.isKilled) return 'killed'
  const refusal = request.mandate === null ? null : refuse(model, request.mandate, request)
  const isHopeless = refusal === 'mandate_not_found' || refusal === 'mandate_mismatch'
  if (refusal && (!request.isAsking || isHopeless)) return refusal
  const monthlyLimit = model.monthlyLimits[request.agent] ?? null
  if (monthlyLimit !== null && monthOf(model, request.agent) + request.amount > monthlyLimit)
    return 'limit_exceeded'
  if (request.biz !== null && holderOf(model, request.biz)) return 'biz_taken'
  const usesBudget = request.mandate !== null && refusal === null
  const { key, agent, mandate, biz, amount } = request
  const status = usesBudget ? 'authorized' : 'pending_authorization'
  model.payouts.push({
    ...{ key, agent, mandate, biz, amount, usesBudget, status },
    failureReason: null,
    version: 1,
  })
  return 'created'
}

function isSame(payout: ModelPayout, request: ModelRequest): boolean {
  return (['agent', 'mandate', 'biz', 'amount'] as const).every((name) => payout[name] === request[name])
}

function refuse(model: Model, index: number, { agent, amount }: ModelRequest): string | null {
  const mandate = model.mandates[index]
  if (!mandate) return 'mandate_not_found'
  if (mandate.agent !== agent) return 'mandate_mismatch'
  if (mandate.isRevoked) return 'mandate_disabled'
  if (!mandate.isSigned) return 'mandate_not_signed'
  if (!mandate.isEnabled) return 'mandate_disabled'
  if (mandate.cap !== null && amount > mandate.cap) return 'mandate_amount_over_cap'
  const { pending, spent } = sumsOf(model, index)
  if (mandate.periodLimit !== null && pending + spent + amount > mandate.periodLimit)
    return 'mandate_period_exceeded'
  return mandate.limit - spent - pending < amount ? 'mandate_insufficient_budget' : null
}

export type ModelMove = { from: readonly PayoutStatus[]; to: PayoutStatus; reason: string | null }

/** What a move should answer: done, stale (not where it should come from) or forbidden (no such edge). Done changes the model. */
export function move(payout: ModelPayout, { from, to, reason }: ModelMove): 'done' | 'stale' | 'forbidden' {
  if (!from.includes(payout.status)) return 'stale'
  const next = { status: to, failureReason: reason }
  const isStill = payout.status === to && payout.failureReason === reason
  if (isStill || !isEdgeAllowed(payout, next)) return 'forbidden'
  Object.assign(payout, next)
  payout.version += 1
  return 'done'
}

export const MOVES = {
  approve: { from: ['pending_authorization'], to: 'authorized', reason: null },
  deny: { from: ['pending_authorization'], to: 'failed', reason: 'user_denied' },
  cancel: { from: ['pending_authorization', 'authorized'], to: 'failed', reason: 'cancelled' },
  expire: { from: ['pending_authorization', 'authorized'], to: 'failed', reason: 'expired' },
  enterSigning: { from: ['authorized'], to: 'signing', reason: null },
  failToSign: { from: ['signing'], to: 'failed', reason: 'signing_failed:kms' },
  runDry: { from: ['signing'], to: 'failed', reason: 'insufficient_funds' },
  sign: { from: ['signing'], to: 'signed', reason: null },
  broadcast: { from: ['signed'], to: 'broadcasting', reason: null },
  succeed: { from: ['broadcasting'], to: 'succeeded', reason: null },
  confirm: { from: ['succeeded'], to: 'confirmed', reason: null },
  revert: { from: ['signed', 'broadcasting', 'succeeded'], to: 'failed', reason: 'tx_reverted' },
  outlive: { from: ['signed', 'broadcasting'], to: 'failed', reason: 'authorization_expired' },
  timeOut: { from: ['succeeded'], to: 'failed', reason: 'tx_confirmation_timeout:600' },
  findPaid: { from: ['failed'], to: 'confirmed', reason: null },
  findDead: { from: ['failed'], to: 'failed', reason: 'authorization_expired' },
} as const satisfies Record<string, ModelMove>
export type MoveName = keyof typeof MOVES

const BEFORE_SIGNING: readonly PayoutStatus[] = ['pending_authorization', 'authorized']

/** What ends with a mandate: its payouts that nobody has begun to sign. */
function stopPayoutsOf(model: Model, index: number, reason: string): void {
  for (const payout of model.payouts) {
    if (payout.mandate === index && payout.usesBudget)
      move(payout, { from: ['authorized'], to: 'failed', reason })
  }
}

export function revoke(model: Model, index: number): void {
  const mandate = model.mandates[index]
  if (!mandate || mandate.isRevoked) return
  mandate.isRevoked = true
  stopPayoutsOf(model, index, 'mandate_revoked')
}

export function enable(model: Model, index: number, isEnabled: boolean): void {
  const mandate = model.mandates[index]
  if (!mandate || mandate.isRevoked || !mandate.isSigned || mandate.isEnabled === isEnabled) return
  mandate.isEnabled = isEnabled
  if (!isEnabled) stopPayoutsOf(model, index, 'mandate_disabled')
}

/** The kill switch ends what is not signed. */
export function kill(model: Model, isKilled: boolean): void {
  if (isKilled && !model.isKilled) {
    for (const payout of model.payouts) {
      const isSigning = payout.status === 'signing'
      const reason = isSigning ? 'signing_failed:killed' : 'killed'
      move(payout, { from: [...BEFORE_SIGNING, 'signing'], to: 'failed', reason })
    }
  }
  model.isKilled = isKilled
}

/** What ends with an agent: its payouts that nobody has begun to sign, and its mandates. */
export function stopAgent(model: Model, agent: number): void {
  for (const payout of model.payouts) {
    if (payout.agent === agent)
      move(payout, { from: BEFORE_SIGNING, to: 'failed', reason: 'cancelled:agent_revoked' })
  }
  for (const mandate of model.mandates) if (mandate.agent === agent) mandate.isRevoked = true
}
