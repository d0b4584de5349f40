import { beforeEach, expect, test } from 'vitest'
import { openChain } from '@/test/harness/chain'
import {
  balanceOf,
  claim,
  claimed,
  countTransfers,
  createDepositRound,
  depositsOf,
  include,
  signTransfer,
} from '@/test/harness/deposits'
import { expectProblem } from '@/test/harness/people'

const USDC = 1_000_000n
const chain = openChain()
const work = createDepositRound()

beforeEach(work)

const depths = Array.from({ length: 12 }, (_, index) => [index + 1] as const)

test.each(depths)(
  'a reorganisation of depth %i before the credit takes the block, keeps the claim, and credits once it is included again',
  async (depth) => {
    const { payer, raw } = await signTransfer()
    const hash = await include(raw)
    await work()
    await expectProblem(await claim(payer, hash), 409, 'CONFIRMATIONS_PENDING')
    if (depth > 1) await chain.mine(depth - 1)
    await chain.reorg(depth)
    await work()
    await work()
    expect(await depositsOf(hash)).toMatchObject([
      { status: 'pending', claimedBy: payer.agentId, blockNumber: null },
    ])
    await chain.mine(8)
    await work()
    expect(await balanceOf(payer.agentId)).toBe(0n)
    const problem = await expectProblem(await claim(payer, hash), 409, 'CONFIRMATIONS_PENDING')
    expect(problem).toMatchObject({ confirmations: 0 })
    expect(await include(raw)).toBe(hash)
    await chain.mine(5)
    await work()
    expect(await balanceOf(payer.agentId)).toBe(5n * USDC)
    expect(await countTransfers(hash)).toEqual({ deposits: 1, reversals: 0 })
    await claimed(payer, hash)
  },
)
