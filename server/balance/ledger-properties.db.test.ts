import { createHash, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AppError } from '@/server/core/app-error'
import {
  balanceOf,
  chargeOf,
  createFundedAgent,
  creditAgent,
  expectSoundLedger,
  type FundedAgent,
  reverseCredit,
} from '@/test/harness/balance'
import { createTestWorkspace, randomAddress } from '@/test/harness/factories'
import { chargeAgent, moveBalance, refundCharge } from '.'

// Three agents of one workspace, and what a plain model says that each should have, owe and earn.
type Model = { balance: bigint; owed: bigint }
type World = {
  agents: FundedAgent[]
  model: Model[]
  deposits: { agent: number; amount: bigint; cause: string; isReversed: boolean }[]
  charges: { agent: number; amount: bigint; chargeId: string; isRefunded: boolean }[]
}

type Step =
  | { kind: 'deposit'; agent: number; amount: bigint }
  | { kind: 'charge'; agent: number; amount: bigint; repeats: number }
  | { kind: 'refund'; which: number; repeats: number }
  | { kind: 'move'; agent: number; to: number; amount: bigint }
  | { kind: 'reorganise'; which: number }
  | { kind: 'include'; which: number }

const agent = fc.nat({ max: 2 })
const amount = fc.bigInt({ min: 1n, max: 40n })
const which = fc.nat({ max: 20 })
const repeats = fc.integer({ min: 1, max: 3 })
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('deposit' as const), agent, amount }),
  fc.record({ kind: fc.constant('charge' as const), agent, amount, repeats }),
  fc.record({ kind: fc.constant('charge' as const), agent, amount, repeats }),
  fc.record({ kind: fc.constant('refund' as const), which, repeats }),
  fc.record({ kind: fc.constant('move' as const), agent, to: agent, amount }),
  fc.record({ kind: fc.constant('reorganise' as const), which }),
  fc.record({ kind: fc.constant('include' as const), which }),
)

function credit(model: Model, value: bigint): void {
  const repaid = value < model.owed ? value : model.owed
  model.owed -= repaid
  model.balance += value - repaid
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index % list.length]
  if (item === undefined) throw new Error('the list is empty')
  return item
}

function moveOf(world: World, { agent, to, amount }: { agent: number; to: number; amount: bigint }) {
  return moveBalance({
    workspaceId: at(world.agents, agent).workspaceId,
    fromAgentId: at(world.agents, agent).agentId,
    toAgentId: at(world.agents, to).agentId,
    amount,
    idempotencyKey: randomUUID(),
    actor: { address: randomAddress(), requestId: null },
  })
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
}

const steps: { [K in Step['kind']]: (world: World, step: Extract<Step, { kind: K }>) => Promise<void> } = {
  deposit: async (world, { agent, amount }) => {
    const cause = await creditAgent(at(world.agents, agent).agentId, amount)
    world.deposits.push({ agent, amount, cause, isReversed: false })
    credit(at(world.model, agent), amount)
  },
  charge: async (world, { agent, amount, repeats }) => {
    const charge = chargeOf(at(world.agents, agent), {
      amount,
      requestHash: createHash('sha256').update(amount.toString()).digest(),
    })
    const [outcome, ...others] = await Promise.all(Array.from({ length: repeats }, () => chargeAgent(charge)))
    const model = at(world.model, agent)
    const expected = model.owed > 0n ? 'frozen' : amount > model.balance ? 'insufficient' : 'charged'
    expect(outcome?.outcome).toBe(expected)
    if (outcome?.outcome !== 'charged') return
    expect(others.every((other) => other.outcome === 'replayed')).toBe(true)
    model.balance -= amount
    world.charges.push({ agent, amount, chargeId: outcome.chargeId, isRefunded: false })
  },
  refund: async (world, { which, repeats }) => {
    if (world.charges.length === 0) return
    const charge = at(world.charges, which)
    const refund = { chargeId: charge.chargeId, by: { handler: 'test' }, reason: 'test' }
    await Promise.all(Array.from({ length: repeats }, () => refundCharge(refund)))
    if (!charge.isRefunded) credit(at(world.model, charge.agent), charge.amount)
    charge.isRefunded = true
  },
  move: async (world, { agent, to, amount }) => {
    if (agent === to) return
    const [giver, taker] = [at(world.model, agent), at(world.model, to)]
    const code = await codeOf(moveOf(world, { agent, to, amount }))
    expect(code).toBe(
      giver.owed > 0n ? 'balance_frozen' : amount > giver.balance ? 'balance_insufficient' : 'done',
    )
    if (code !== 'done') return
    giver.balance -= amount
    credit(taker, amount)
  },
  reorganise: async (world, { which }) => {
    if (world.deposits.length === 0) return
    const deposit = at(world.deposits, which)
    if (deposit.isReversed) return
    deposit.isReversed = true
    await reverseCredit(at(world.agents, deposit.agent).agentId, deposit.amount, deposit.cause)
    const model = at(world.model, deposit.agent)
    const there = deposit.amount < model.balance ? deposit.amount : model.balance
    model.balance -= there
    model.owed += deposit.amount - there
  },
  include: async (world, { which }) => {
    const deposit = world.deposits.length > 0 ? at(world.deposits, which) : null
    if (!deposit?.isReversed) return
    world.deposits.splice(world.deposits.indexOf(deposit), 1)
    await steps.deposit(world, { kind: 'deposit', agent: deposit.agent, amount: deposit.amount })
  },
}

async function newWorld(): Promise<World> {
  const { id: workspaceId } = await createTestWorkspace()
  const agents = await Promise.all([0, 1, 2].map(() => createFundedAgent(0n, { workspaceId })))
  return { agents, model: agents.map(() => ({ balance: 0n, owed: 0n })), deposits: [], charges: [] }
}

function run<K extends Step['kind']>(world: World, next: Extract<Step, { kind: K }>): Promise<void> {
  return steps[next.kind as K](world, next)
}

test('any order of deposits, charges, refunds, moves and reorganisations keeps every sum and no balance below zero', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (sequence) => {
      const world = await newWorld()
      for (const next of sequence) {
        await run(world, next)
      }
      for (const [index, { agentId }] of world.agents.entries()) {
        expect(await balanceOf(agentId)).toBe(at(world.model, index).balance)
      }
      await expectSoundLedger()
    }),
    { numRuns: 100 },
  )
}, 120_000)

test('the same at once, in any interleaving, keeps every sum and no balance below zero', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (sequence) => {
      const world = await newWorld()
      for (const [index, one] of world.agents.entries()) {
        const cause = await creditAgent(one.agentId, 50n)
        world.deposits.push({ agent: index, amount: 50n, cause, isReversed: false })
        for (let charge = 0; charge < 3; charge += 1) {
          const outcome = await chargeAgent(chargeOf(one))
          if (outcome.outcome === 'charged') {
            world.charges.push({ agent: index, amount: 10n, chargeId: outcome.chargeId, isRefunded: false })
          }
        }
      }
      await Promise.all(sequence.map((next) => runBlindly(world, next)))
      await expectSoundLedger()
    }),
    { numRuns: 100 },
  )
}, 120_000)

/** The step without a model: at once nobody can say what should be refused, only that what is done adds up. */
async function runBlindly(world: World, next: Step): Promise<void> {
  switch (next.kind) {
    case 'deposit':
    case 'include':
      await creditAgent(at(world.agents, next.kind === 'deposit' ? next.agent : next.which).agentId, 7n)
      return
    case 'charge':
      await chargeAgent(chargeOf(at(world.agents, next.agent), { amount: next.amount }))
      return
    case 'refund':
      await refundCharge({
        chargeId: at(world.charges, next.which).chargeId,
        by: { handler: 'test' },
        reason: 'test',
      })
      return
    case 'move':
      if (next.agent !== next.to) await codeOf(moveOf(world, next))
      return
    case 'reorganise': {
      const deposit = at(world.deposits, next.which)
      if (deposit.isReversed) return
      deposit.isReversed = true
      await reverseCredit(at(world.agents, deposit.agent).agentId, deposit.amount, deposit.cause)
    }
  }
}
