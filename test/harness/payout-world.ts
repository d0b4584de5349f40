// A workspace whose payouts a test moves at random, and the model that says what should come of it.
import { expect } from 'vitest'
import { isEdgeAllowed, type PayoutStatus } from '@/domain/payout-status'
import { pool } from '@/server/core/db'
import { createTestMandate, createTestWorkspace } from './factories'
import * as acts from './payout-acts'
import { type BooksAgent, createBooksAgent, createPayouts, movePayout, testSignature } from './payout-books'
import {
  create,
  enable,
  kill,
  MOVES,
  type Model,
  type ModelMove,
  type ModelPayout,
  type ModelRequest,
  type MoveName,
  monthOf,
  move,
  revoke,
  stopAgent,
  sumsOf,
} from './payout-model'

export type PayoutStep =
  | { kind: 'create'; agent: number; requests: ModelRequest[] }
  | { kind: 'move'; which: number; name: MoveName }
  | { kind: 'advance'; which: number; steps: number }
  | { kind: 'wild'; which: number; to: PayoutStatus; reason: string }
  | { kind: 'revoke'; mandate: number }
  | { kind: 'enable'; mandate: number; isEnabled: boolean }
  | { kind: 'kill'; isKilled: boolean }
  | { kind: 'stopAgent'; agent: number }

export type PayoutWorld = {
  workspaceId: string
  owner: string
  agents: BooksAgent[]
  mandateIds: string[]
  model: Model
}

const NO_SUCH_MANDATE = 'm_00000000000000000000000000000000'
const WAY: Partial<Record<PayoutStatus, MoveName>> = {
  pending_authorization: 'approve',
  authorized: 'enterSigning',
  signing: 'sign',
  signed: 'broadcast',
  broadcasting: 'succeed',
  succeeded: 'confirm',
}

/** Two agents, the second with a monthly limit; four mandates: wide, with a cap, with a period, and without a signature. */
export async function newPayoutWorld(): Promise<PayoutWorld> {
  const { id: workspaceId, walletAddress: owner } = await createTestWorkspace()
  const agents = [
    await createBooksAgent({ workspaceId }),
    await createBooksAgent({ workspaceId, monthlyLimit: 120n }),
  ]
  const terms = [
    { agent: 0, limitAmount: 150n },
    { agent: 0, limitAmount: 1_000n, maxAmountPerTx: 20n },
    { agent: 1, limitAmount: 80n, periodSeconds: 86_400, periodLimit: 60n },
    { agent: 1, limitAmount: 100n, isDraft: true },
  ]
  const mandateIds: string[] = []
  for (const { agent, ...parts } of terms) mandateIds.push(await createTestMandate(at(agents, agent), parts))
  const model: Model = {
    mandates: terms.map(({ agent, limitAmount, maxAmountPerTx, periodLimit, isDraft }) => ({
      agent,
      limit: limitAmount,
      cap: maxAmountPerTx ?? null,
      periodLimit: periodLimit ?? null,
      isSigned: !isDraft,
      isEnabled: true,
      isRevoked: false,
    })),
    monthlyLimits: [null, 120n],
    payouts: [],
    isKilled: false,
  }
  return { workspaceId, owner, agents, mandateIds, model }
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index % list.length]
  if (item === undefined) throw new Error('the list is empty')
  return item
}

const payoutIdOf = (key: number) => `po_${key}`

function requestOf({ mandateIds }: PayoutWorld, { key, mandate, biz, amount, isAsking }: ModelRequest) {
  return {
    payoutId: payoutIdOf(key),
    bizId: biz === null ? null : `biz_${biz}`,
    mandateId: mandate === null ? null : (mandateIds[mandate] ?? NO_SUCH_MANDATE),
    amount,
    isAsking,
  }
}

async function rowIdOf({ workspaceId }: PayoutWorld, key: number): Promise<string> {
  const { rows } = await pool().query<{ id: string }>(
    'select id from payouts where workspace_id = $1 and payout_id = $2',
    [workspaceId, payoutIdOf(key)],
  )
  return rows[0]?.id ?? ''
}

/** Runs a step against the database and the model, and expects the same answer of both. */
export async function runStep(world: PayoutWorld, step: PayoutStep): Promise<void> {
  const { model } = world
  if (step.kind === 'create') {
    const requests = step.requests.map((request) => ({ ...request, agent: step.agent }))
    const outcomes = await createPayouts(
      at(world.agents, step.agent),
      requests.map((request) => requestOf(world, request)),
    )
    const expected = expectedOutcomes(model, requests)
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(expected)
  } else if (step.kind === 'revoke') {
    await acts.revoke(world, at(world.mandateIds, step.mandate))
    revoke(model, step.mandate)
  } else if (step.kind === 'enable') {
    await acts.enable(world, at(world.mandateIds, step.mandate), step.isEnabled)
    enable(model, step.mandate, step.isEnabled)
  } else if (step.kind === 'kill') {
    await acts.kill(world, step.isKilled)
    kill(model, step.isKilled)
  } else if (step.kind === 'stopAgent') {
    await acts.stopAgent(world, at(world.agents, step.agent).agentId)
    stopAgent(model, step.agent)
  } else if (model.payouts.length > 0) {
    const payout = pick(model.payouts, step)
    for (const wanted of movesOf(payout, step)) await expectSameMove(world, payout, wanted())
  }
}

/** The requests of one call are decided one after the other. */
function expectedOutcomes(model: Model, requests: readonly ModelRequest[]): string[] {
  return requests.map((request) => create(model, request))
}

/** Most moves are of a payout that can make them; every fourth is of any. */
function pick(payouts: readonly ModelPayout[], step: PayoutStep & { which: number }): ModelPayout {
  if (step.kind !== 'move' || step.which % 4 === 0) return at(payouts, step.which)
  const { from, to, reason }: ModelMove = MOVES[step.name]
  const able = payouts.filter(
    (payout) => from.includes(payout.status) && isEdgeAllowed(payout, { status: to, failureReason: reason }),
  )
  return at(able.length > 0 ? able : payouts, step.which)
}

/** Moves are named when it is their turn: where the payout is then decides about the next one of its way. */
function movesOf(
  payout: ModelPayout,
  step: Exclude<PayoutStep, { kind: 'create' | 'revoke' | 'enable' | 'kill' | 'stopAgent' }>,
): (() => ModelMove)[] {
  if (step.kind === 'move') return [() => MOVES[step.name]]
  if (step.kind === 'wild') {
    // Past people's votes the books would say, rightly, that nobody has signed.
    if (payout.status === 'pending_authorization' && step.to === 'authorized') return [() => MOVES.approve]
    const reason = step.to === 'failed' ? step.reason : null
    return [() => ({ from: [payout.status], to: step.to, reason })]
  }
  return Array.from({ length: step.steps }, () => () => MOVES[WAY[payout.status] ?? 'confirm'])
}

async function expectSameMove(world: PayoutWorld, payout: ModelPayout, wanted: ModelMove): Promise<void> {
  const before = { ...payout }
  const id = await rowIdOf(world, payout.key)
  const outcome = await outcomeOf(() => act(world, id, wanted))
  const expected = expectedMove(world.model, payout, wanted)
  expect({ before, wanted, outcome }).toEqual({ before, wanted, outcome: expected })
}

/** People's decisions and the reservation have statements of their own; every other move is `payout_move` itself. */
function act(world: PayoutWorld, id: string, wanted: ModelMove): Promise<boolean> {
  if (wanted === MOVES.approve) return acts.approve(world, id)
  if (wanted === MOVES.deny) return acts.deny(world, id)
  if (wanted === MOVES.enterSigning) return acts.enterSigning(id)
  return movePayout({ id, ...wanted, changes: changesOf(wanted.to) })
}

function expectedMove(model: Model, payout: ModelPayout, wanted: ModelMove): 'done' | 'stale' | 'forbidden' {
  if (model.isKilled && wanted === MOVES.approve) return 'stale'
  if (model.isKilled && wanted === MOVES.enterSigning) {
    move(payout, { from: ['authorized'], to: 'failed', reason: 'killed' })
    return 'stale'
  }
  return move(payout, wanted)
}

function changesOf(to: PayoutStatus): Record<string, string | number> {
  if (to === 'signed' || to === 'broadcasting' || to === 'succeeded' || to === 'confirmed')
    return testSignature()
  return {}
}

async function outcomeOf(work: () => Promise<boolean>): Promise<'done' | 'stale' | 'forbidden'> {
  try {
    return (await work()) ? 'done' : 'stale'
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '23514') return 'forbidden'
    throw error
  }
}

/** Everything the model knows stands in the database, and nothing else. */
export async function expectSameAsModel({
  workspaceId,
  mandateIds,
  agents,
  model,
}: PayoutWorld): Promise<void> {
  const payouts = await pool().query(
    `select p.payout_id as id, p.status, p.failure_reason as reason, p.state_version as version, p.uses_budget as budgeted,
        (select count(*)::integer from payout_transitions t where t.payout_row_id = p.id) as steps,
        (select count(*)::integer from webhook_events e where e.payout_row_id = p.id) as events
      from payouts p where p.workspace_id = $1 order by p.payout_id`,
    [workspaceId],
  )
  const expected = model.payouts.map(({ key, status, failureReason, version, usesBudget }) => ({
    ...{ id: payoutIdOf(key), status, reason: failureReason, version },
    ...{ budgeted: usesBudget, steps: version, events: version },
  }))
  expect(payouts.rows).toEqual(expected.sort((a, b) => (a.id < b.id ? -1 : 1)))
  const mandates = await pool().query<{ pending: bigint; spent: bigint }>(
    `select m.pending_spent_amount as pending, m.spent_amount as spent from unnest($1::text[]) with ordinality w(id, ord)
       join mandates m on m.id = w.id order by w.ord`,
    [mandateIds],
  )
  expect(mandates.rows).toEqual(mandateIds.map((_, index) => sumsOf(model, index)))
  const months = await pool().query<{ spent: bigint }>(
    `select coalesce(s.spent, 0) as spent from unnest($1::text[]) with ordinality w(id, ord)
       left join agent_monthly_spend s on s.agent_id = w.id order by w.ord`,
    [agents.map(({ agentId }) => agentId)],
  )
  expect(months.rows).toEqual(agents.map((_, index) => ({ spent: monthOf(model, index) })))
}

/** A step without a model: at once nobody can say what should be refused, only that what is done adds up. */
export async function runAtOnce(world: PayoutWorld, step: PayoutStep): Promise<void> {
  if (step.kind === 'create') {
    const requests = step.requests.map((request) => requestOf(world, request))
    await again(() => createPayouts(at(world.agents, step.agent), requests))
  } else if (step.kind === 'revoke') await acts.revoke(world, at(world.mandateIds, step.mandate))
  else if (step.kind === 'enable')
    await acts.enable(world, at(world.mandateIds, step.mandate), step.isEnabled)
  else if (step.kind === 'kill') await acts.kill(world, step.isKilled)
  else if (step.kind === 'stopAgent') await acts.stopAgent(world, at(world.agents, step.agent).agentId)
  else {
    const seeded = at(world.model.payouts, step.which)
    const id = await rowIdOf(world, seeded.key)
    const wanted =
      step.kind === 'advance'
        ? Object.values(WAY)
            .slice(0, step.steps + 2)
            .map((name) => MOVES[name])
        : [
            step.kind === 'move'
              ? MOVES[step.name]
              : { from: ['authorized' as const], to: step.to, reason: step.reason },
          ]
    for (const one of wanted) await outcomeOf(() => act(world, id, one))
  }
}

/** A payout id that another call took meanwhile: the same call again sees whose it is. */
async function again<T>(work: () => Promise<T>, attempts = 5): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === '40001'
    if (!isTaken || attempts === 0) throw error
    return again(work, attempts - 1)
  }
}
