import { beforeEach, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { openChain } from '@/test/harness/chain'
import {
  balanceOf,
  claim,
  claimed,
  countTransfers,
  createDepositRound,
  createPayer,
  depositsOf,
  receiveAddress,
} from '@/test/harness/deposits'
import { createTestAgent, randomAddress } from '@/test/harness/factories'
import { expectProblem } from '@/test/harness/people'
import { advanceDeposits } from './advance-deposits'

const USDC = 1_000_000n
const chain = openChain()
const work = createDepositRound()

beforeEach(work)

test('what a linked wallet sends is credited without anybody asking, and a claim then answers that credit', async () => {
  const payer = await createPayer()
  const { transactionHash } = await chain.transfer(payer.wallet, receiveAddress(), 5n * USDC)
  await work()
  expect(await depositsOf(transactionHash)).toMatchObject([{ status: 'pending', claimedBy: null }])
  await chain.mine(5)
  await work()
  expect(await balanceOf(payer.agentId)).toBe(5n * USDC)
  await work()
  expect(await claimed(payer, transactionHash)).toMatchObject({ amount_usd: '5', virtual_balance_usd: '5' })
  expect(await countTransfers(transactionHash)).toEqual({ deposits: 1, reversals: 0 })
})

test('a kept claim is credited to its agent even if nobody asks again', async () => {
  const first = await createPayer()
  const second = await createTestAgent({ workspaceId: first.workspaceId, wallets: [first.wallet] })
  const { transactionHash } = await chain.transfer(first.wallet, receiveAddress(), 5n * USDC)
  await expectProblem(await claim(second, transactionHash), 409, 'CONFIRMATIONS_PENDING')
  await chain.mine(5)
  await work()
  expect(await balanceOf(second.agentId)).toBe(5n * USDC)
  expect(await balanceOf(first.agentId)).toBe(0n)
})

test('without a claim nobody gets what a wallet of two agents or of none sent, or less than the minimum', async () => {
  const first = await createPayer()
  const second = await createTestAgent({ workspaceId: first.workspaceId, wallets: [first.wallet] })
  const single = await createPayer()
  const stranger = randomAddress()
  await chain.fund(stranger, 10n * USDC)
  const sent = [
    await chain.transfer(first.wallet, receiveAddress(), 5n * USDC),
    await chain.transfer(stranger, receiveAddress(), 5n * USDC),
    await chain.transfer(single.wallet, receiveAddress(), USDC / 2n),
  ]
  await chain.mine(5)
  await work()
  for (const { transactionHash } of sent) {
    expect(await depositsOf(transactionHash)).toMatchObject([{ status: 'unattributed', agentId: null }])
  }
  const [shared] = sent
  expect(await claimed(second, shared?.transactionHash ?? '')).toMatchObject({ amount_usd: '5' })
  expect(await balanceOf(single.agentId)).toBe(0n)
})

test('a claim and several workers at once make one credit', async () => {
  for (let round = 0; round < 10; round += 1) {
    const payer = await createPayer()
    const { transactionHash } = await chain.transfer(payer.wallet, receiveAddress(), 5n * USDC)
    await chain.mine(5)
    await Promise.all([
      work(),
      claim(payer, transactionHash),
      advanceDeposits(),
      claim(payer, transactionHash),
      work(),
    ])
    await claimed(payer, transactionHash)
    expect(await balanceOf(payer.agentId)).toBe(5n * USDC)
    expect(await countTransfers(transactionHash)).toEqual({ deposits: 1, reversals: 0 })
  }
})

test('history is read in ranges, and every transfer in it is credited', async () => {
  const payer = await createPayer()
  const hashes: string[] = []
  for (let index = 0; index < 5; index += 1) {
    hashes.push((await chain.transfer(payer.wallet, receiveAddress(), 2n * USDC)).transactionHash)
    await chain.mine(30)
  }
  await work()
  expect(await balanceOf(payer.agentId)).toBe(10n * USDC)
  for (const hash of hashes) expect(await depositsOf(hash)).toHaveLength(1)
})

test('a final deposit is watched no longer', async () => {
  const payer = await createPayer()
  const { transactionHash } = await chain.transfer(payer.wallet, receiveAddress(), 5n * USDC)
  await chain.mine(200)
  await work()
  await pool().query(`update deposits set next_check_at = now() - interval '1 second'`)
  await work()
  const { rows } = await pool().query(
    'select final_at is not null as final from deposits where tx_hash = $1',
    [transactionHash],
  )
  expect(rows).toEqual([{ final: true }])
})
