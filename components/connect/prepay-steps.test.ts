import { expect, test } from 'vitest'
import type { Flow, StepStage } from '../wallet/flow-schema'
import { planPrepay } from '../wallet/plan-prepay'
import { prepaySteps } from './prepay-steps'

const HASH = `0x${'a1'.repeat(32)}` as const
const sent = { hash: HASH, nonce: 3, block: '10', sentAt: 1 }
const choice = {
  chainId: 31337,
  wallet: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  settlement: '0x176D9bec42514991177BCeeC72cD550e214b8Bb3',
  receiveAddress: '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC',
  agentId: 'agt_1',
  confirmationsRequired: 6,
  amount: 5_000_000n,
} as const

function stagesAt(way: 'send' | 'sign', state: StepStage, isRunning = true) {
  const flow: Flow = {
    ...planPrepay({ ...choice, way }),
    steps: [{ id: way === 'send' ? 'send' : 'pay', state }],
  }
  return prepaySteps({ flow, isRunning, secondsLeft: 4 }).map(({ state }) => state)
}
const names = (way: 'send' | 'sign', state: StepStage, isRunning = true) =>
  stagesAt(way, state, isRunning).map(({ stage }) => stage)

test('a transfer walks through wallet, block, confirmations and credit', () => {
  expect(names('send', { stage: 'waiting' }, false)).toEqual(['waiting', 'waiting', 'waiting', 'waiting'])
  expect(names('send', { stage: 'signing', nonce: 1, block: '9' })).toEqual([
    'confirm-in-wallet',
    'waiting',
    'waiting',
    'waiting',
  ])
  expect(names('send', { stage: 'sent', ...sent })).toEqual(['done', 'sent', 'waiting', 'waiting'])
  expect(stagesAt('send', { stage: 'in-block', ...sent, confirmations: 3 })[2]).toEqual({
    stage: 'in-block',
    confirmations: 3,
    required: 6,
    secondsLeft: 4,
  })
  expect(names('send', { stage: 'in-block', ...sent, confirmations: 6 })).toEqual([
    'done',
    'done',
    'done',
    'working',
  ])
})

test('a second node that is asked is named', () => {
  const state: StepStage = { stage: 'in-block', ...sent, confirmations: 6, awaiting: 'second_rpc' }
  expect(stagesAt('send', state)[3]).toEqual({ stage: 'working', words: expect.stringContaining('second') })
})

test('what went wrong stands at the step where it did', () => {
  expect(names('send', { stage: 'rejected' })[0]).toBe('rejected')
  expect(names('send', { stage: 'failed', problem: 'no-usdc', words: 'short' })[0]).toBe('failed')
  expect(names('send', { stage: 'dropped', ...sent })).toEqual(['done', 'failed', 'waiting', 'waiting'])
  expect(names('send', { stage: 'reverted', hash: HASH, code: 'x', words: 'y' })[1]).toBe('failed')
  expect(
    names('send', { stage: 'unclaimed', ...sent, confirmations: 2, code: 'SENDER_NOT_LINKED', words: 'w' }),
  ).toEqual(['done', 'done', 'skipped', 'failed'])
})

test('a signed payment walks through signature, relayer and credit', () => {
  expect(names('sign', { stage: 'signing', nonce: 1, block: '9' })).toEqual([
    'confirm-in-wallet',
    'waiting',
    'waiting',
  ])
  expect(names('sign', { stage: 'paying', header: 'e30=', topUpId: null })).toEqual([
    'done',
    'working',
    'waiting',
  ])
  expect(names('sign', { stage: 'reverted', hash: null, code: 'payment_failed', words: 'no' })).toEqual([
    'done',
    'failed',
    'waiting',
  ])
})
