import { beforeEach, expect, test } from 'vitest'
import { openChain } from '@/test/harness/chain'
import {
  balanceOf,
  claim,
  claimed,
  createDepositRound,
  createPayer,
  depositsOf,
  include,
  openAlarms,
  receiveAddress,
  signTransfer,
} from '@/test/harness/deposits'
import { startFaultyRpc } from '@/test/harness/faulty-rpc'
import { expectProblem } from '@/test/harness/people'
import { until } from '@/test/harness/until'
import { advanceDeposits } from './advance-deposits'

const USDC = 1_000_000n
const second = await startFaultyRpc({ target: process.env.RPC_URL ?? '', seed: 1, faults: ['bad_gateway'] })
// Before anything of the program reads its environment.
process.env.RPC_URL_SECOND = second.url
const chain = openChain()
const work = createDepositRound()

beforeEach(async () => {
  second.set({ rate: 0 })
  await work()
})

test('more than 100 USDC in one transaction wait for the second endpoint, less does not', async () => {
  const payer = await createPayer()
  const small = await chain.transfer(payer.wallet, receiveAddress(), 100n * USDC)
  const large = await chain.transfer(payer.wallet, receiveAddress(), 101n * USDC)
  await chain.mine(5)
  second.set({ rate: 1 })
  expect((await claimed(payer, small.transactionHash)).amount_usd).toBe('100')
  const response = await claim(payer, large.transactionHash)
  const problem = await expectProblem(response, 409, 'CONFIRMATIONS_PENDING')
  expect(problem).toMatchObject({ awaiting: 'second_rpc', confirmations: 6, confirmations_required: 6 })
  await advanceDeposits()
  expect(await balanceOf(payer.agentId)).toBe(100n * USDC)
  expect(await depositsOf(large.transactionHash)).toMatchObject([
    { status: 'pending', claimedBy: payer.agentId },
  ])
  second.set({ rate: 0 })
  await work()
  expect(await balanceOf(payer.agentId)).toBe(201n * USDC)
  expect((await claimed(payer, large.transactionHash)).amount_usd).toBe('101')
})

test('a credit is not taken back before both endpoints show that its block is gone', async () => {
  const { payer, raw } = await signTransfer()
  const hash = await include(raw)
  await chain.mine(7)
  await work()
  expect(await balanceOf(payer.agentId)).toBe(5n * USDC)
  second.set({ rate: 1 })
  await chain.reorg(8)
  await work().catch(() => {})
  await advanceDeposits()
  expect(await balanceOf(payer.agentId)).toBe(5n * USDC)
  expect(await openAlarms('deposit_reversed')).toEqual([])
  second.set({ rate: 0 })
  await until('the credit is taken back', async () => {
    await work()
    return (await balanceOf(payer.agentId)) === 0n
  })
  await expectProblem(await claim(payer, hash), 409, 'DEPOSIT_REVERSED')
})
