import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_UINT256 } from '@/domain/money'
import { keyOf } from './flow-key'
import { advance, currentIndex, isFinished, isStopped, isUnderWay, retry } from './flow-machine'
import type { Flow, StepStage } from './flow-schema'
import { loadFlow, removeFlow, saveFlow } from './flow-storage'
import { planPrepay } from './plan-prepay'
import { approvalAmount, planTopUp, planWithdraw } from './top-up-plan'

const HASH = `0x${'a1'.repeat(32)}` as const
const OTHER = `0x${'b2'.repeat(32)}` as const
const choice = {
  chainId: 31337,
  wallet: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  settlement: '0x176D9bec42514991177BCeeC72cD550e214b8Bb3',
  amount: 50_000_000n,
  allowance: 0n,
  approval: 'unlimited',
  canBatch: false,
  way: 'wallet',
} as const

const sent = { hash: HASH, nonce: 3, block: '10', sentAt: 1 }
const STAGES: StepStage[] = [
  { stage: 'waiting' },
  { stage: 'signing', nonce: 3, block: '10' },
  {
    stage: 'signed',
    authorization: { value: '1', validAfter: '0', validBefore: '9', nonce: HASH, signature: '0xab' },
  },
  { stage: 'relaying', authorizationId: 'a', hash: null, waitingFor: null },
  { stage: 'batch-sent', callsId: '0x1', block: '10' },
  { stage: 'sent', ...sent },
  { stage: 'in-block', ...sent, confirmations: 2 },
  { stage: 'done', hash: HASH },
  { stage: 'rejected' },
  { stage: 'interrupted' },
  { stage: 'reverted', hash: null, code: 'ZeroAmount', words: 'zero' },
  { stage: 'cancelled', hash: HASH, by: OTHER },
  { stage: 'superseded', hash: HASH, by: null },
  { stage: 'dropped', ...sent },
  { stage: 'failed', problem: 'rpc-down', words: 'down' },
  { stage: 'paying', header: 'e30=', topUpId: null },
  { stage: 'unclaimed', ...sent, confirmations: 6, code: 'SENDER_NOT_LINKED', words: 'not linked' },
]

const prepaid = {
  ...choice,
  agentId: 'agt_1',
  receiveAddress: '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC',
  confirmationsRequired: 6,
} as const

const ids = (flow: Flow) => flow.steps.map(({ id }) => id)

describe('which popups a top up takes', () => {
  test('approve, then deposit, the first time', () => {
    expect(ids(planTopUp(choice))).toEqual(['approve', 'deposit'])
  })
  test('one popup when the allowance suffices exactly, also for a wallet that batches', () => {
    expect(ids(planTopUp({ ...choice, allowance: choice.amount, canBatch: true }))).toEqual(['deposit'])
  })
  test('approve again when the allowance is one unit short', () => {
    expect(ids(planTopUp({ ...choice, allowance: choice.amount - 1n }))).toEqual(['approve', 'deposit'])
  })
  test('one popup the first time for a wallet that batches', () => {
    expect(ids(planTopUp({ ...choice, canBatch: true }))).toEqual(['batch'])
  })
  test('one signature without gas, whatever the allowance', () => {
    expect(ids(planTopUp({ ...choice, way: 'gasless', allowance: MAX_UINT256 }))).toEqual(['authorize'])
  })
  test('"exactly this amount" allows that amount, "once for all" the largest number', () => {
    expect(approvalAmount(planTopUp({ ...choice, approval: 'exact' }))).toBe(choice.amount)
    expect(approvalAmount(planTopUp(choice))).toBe(MAX_UINT256)
  })
})

test('a top up goes approve, deposit, finished', () => {
  let flow = planTopUp(choice)
  const walk: StepStage[] = [
    { stage: 'signing', nonce: 3, block: '10' },
    { stage: 'sent', ...sent },
    { stage: 'done', hash: HASH },
    { stage: 'signing', nonce: 4, block: '11' },
    { stage: 'sent', ...sent, hash: OTHER },
    { stage: 'in-block', ...sent, hash: OTHER, confirmations: 1 },
    { stage: 'done', hash: OTHER },
  ]
  for (const next of walk) {
    expect(isFinished(flow)).toBe(false)
    flow = advance(flow, next)
  }
  expect(isFinished(flow)).toBe(true)
})

test('declining returns to where one was: the step waits, what was done stays done', () => {
  let flow = planTopUp(choice)
  for (const next of [
    { stage: 'signing', nonce: 3, block: '10' },
    { stage: 'done', hash: HASH },
    { stage: 'signing', nonce: 4, block: '11' },
    { stage: 'rejected' },
  ] satisfies StepStage[]) {
    flow = advance(flow, next)
  }
  expect(isStopped(flow)).toBe(true)
  expect(retry(flow).steps.map(({ state }) => state.stage)).toEqual(['done', 'waiting'])
})

test('a deposit that was not credited is claimed again and never sent again', () => {
  let flow = planPrepay({ ...prepaid, way: 'send' })
  for (const next of [
    { stage: 'signing', nonce: 3, block: '10' },
    { stage: 'sent', ...sent },
    { stage: 'unclaimed', ...sent, confirmations: 6, code: 'SENDER_NOT_LINKED', words: 'not linked' },
  ] satisfies StepStage[]) {
    flow = advance(flow, next)
  }
  expect(isStopped(flow)).toBe(true)
  expect(retry(flow).steps[0]?.state).toEqual({ stage: 'in-block', ...sent, confirmations: 6 })
  expect(() => advance(flow, { stage: 'waiting' })).toThrow('cannot become')
})

test('what was sent never becomes something that a press or a reload would send again', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...STAGES), { maxLength: 40 }), (walk) => {
      let flow = planWithdraw(choice)
      let isOut = false
      for (const next of walk) {
        try {
          flow = advance(flow, next)
        } catch {
          continue
        }
        const stage = flow.steps[0]?.state.stage
        if (['sent', 'in-block', 'unclaimed', 'done'].includes(stage ?? '')) isOut = true
        // Only a proof that it cannot count any more, or a person who saw that it was dropped, opens the way.
        if (['reverted', 'cancelled', 'superseded', 'dropped'].includes(stage ?? '')) isOut = false
        if (isOut) expect(['waiting', 'signing', 'rejected', 'interrupted', 'failed']).not.toContain(stage)
        expect(
          Number(isFinished(flow)) + Number(isUnderWay(flow)) + Number(isStopped(flow)),
        ).toBeLessThanOrEqual(1)
      }
    }),
  )
})

test('a finished flow takes no further step', () => {
  const flow = {
    ...planWithdraw(choice),
    steps: [{ id: 'withdraw' as const, state: { stage: 'done' as const, hash: HASH } }],
  }
  expect(currentIndex(flow)).toBe(-1)
  for (const next of STAGES) expect(() => advance(flow, next)).toThrow('finished')
})

describe('what survives a reload', () => {
  const storage = memoryStorage()
  test('every stage is read back as it was written', () => {
    for (const state of STAGES) {
      const flow: Flow = { ...planTopUp(choice), steps: [{ id: 'deposit', state }] }
      saveFlow(storage, flow)
      expect(loadFlow(storage, keyOf(flow))).toEqual(flow)
    }
  })
  test('another wallet, chain or deployment of the settlement has its own', () => {
    const flow = planTopUp(choice)
    const key = keyOf(flow)
    saveFlow(storage, flow)
    expect(loadFlow(storage, key)).toEqual(flow)
    expect(loadFlow(storage, { ...key, chainId: 8453 })).toBeNull()
    expect(loadFlow(storage, { ...key, owner: choice.settlement })).toBeNull()
    expect(loadFlow(storage, { ...key, settlement: choice.wallet })).toBeNull()
    expect(loadFlow(storage, { ...key, kind: 'withdraw' })).toBeNull()
  })
  test('a prepaid payment is found by its agent, whichever wallet is connected', () => {
    const flow = planPrepay({ ...prepaid, way: 'send' })
    saveFlow(storage, flow)
    expect(keyOf(flow)).toEqual(keyOf({ ...flow, wallet: choice.settlement }))
    expect(loadFlow(storage, keyOf(flow))).toEqual(flow)
  })
  test('damaged text counts as none', () => {
    const key = keyOf(planTopUp(choice))
    saveFlow(storage, planTopUp(choice))
    storage.setItem(storage.key(0) ?? '', '{"version":1,"steps":[{}]}')
    expect(loadFlow(storage, key)).toBeNull()
    removeFlow(storage, key)
    expect(loadFlow(storage, key)).toBeNull()
  })
})

function memoryStorage(): Storage {
  const entries = new Map<string, string>()
  return {
    get length() {
      return entries.size
    },
    clear: () => entries.clear(),
    getItem: (key) => entries.get(key) ?? null,
    key: (index) => [...entries.keys()][index] ?? null,
    removeItem: (key) => void entries.delete(key),
    setItem: (key, value) => void entries.set(key, value),
  }
}
