import { beforeEach, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { openChain } from '@/test/harness/chain'
import {
  balanceOf,
  claim,
  claimed,
  countTransfers,
  createDepositRound,
  depositsOf,
  include,
  openAlarms,
  owedBy,
  signTransfer,
} from '@/test/harness/deposits'
import { expectProblem } from '@/test/harness/people'
import { checkLedger } from './check-ledger'

const USDC = 1_000_000n
const chain = openChain()
const work = createDepositRound()

beforeEach(work)

const depths = Array.from({ length: 12 }, (_, index) => [index + 1] as const)

test.each(depths)(
  'a reorganisation of depth %i after the credit takes back exactly what it dropped, and a re-inclusion is credited once more',
  async (depth) => {
    const { payer, raw } = await signTransfer()
    const hash = await include(raw)
    await chain.mine(Math.max(depth, 6) - 1)
    await work()
    const first = await claimed(payer, hash)
    await chain.reorg(depth)
    await work()
    await work()
    if (depth < 6) {
      expect(await balanceOf(payer.agentId)).toBe(5n * USDC)
      expect(await claimed(payer, hash)).toEqual(first)
      expect(await countTransfers(hash)).toEqual({ deposits: 1, reversals: 0 })
      return
    }
    expect(await balanceOf(payer.agentId)).toBe(0n)
    expect(await openAlarms('deposit_reversed')).toEqual([first.deposit_id])
    await expectProblem(await claim(payer, hash), 409, 'DEPOSIT_REVERSED')
    await include(raw)
    await work()
    await expectProblem(await claim(payer, hash), 409, 'DEPOSIT_REVERSED')
    expect(await balanceOf(payer.agentId)).toBe(0n)
    await chain.mine(5)
    await work()
    expect(await balanceOf(payer.agentId)).toBe(5n * USDC)
    expect(await countTransfers(hash)).toEqual({ deposits: 2, reversals: 1 })
    expect(await openAlarms('deposit_reversed')).toEqual([])
    expect((await claimed(payer, hash)).deposit_id).toBe(first.deposit_id)
    expect(await checkLedger()).toEqual({ findings: [] })
  },
)

test('what an agent had spent of a reversed deposit is owed, and repaid first when it is included again', async () => {
  const { payer, raw } = await signTransfer()
  const hash = await include(raw)
  await chain.mine(7)
  await work()
  await pool().query(
    `select ledger_post(ledger_account('agent_balance', $1), ledger_account('revenue', $2, $1), 3000000, 'charge', $3)`,
    [payer.agentId, payer.workspaceId, `charge:${hash}`],
  )
  await chain.reorg(8)
  await work()
  await work()
  expect(await balanceOf(payer.agentId)).toBe(0n)
  expect(await owedBy(payer.agentId)).toBe(3n * USDC)
  await include(raw)
  await chain.mine(5)
  await work()
  expect(await owedBy(payer.agentId)).toBe(0n)
  expect(await balanceOf(payer.agentId)).toBe(2n * USDC)
  expect(await claimed(payer, hash)).toMatchObject({ amount_usd: '5', virtual_balance_usd: '2' })
  expect(await checkLedger()).toEqual({ findings: [] })
})

test('a credit that is included deep in another block before anybody looked stays one credit', async () => {
  const { payer, raw } = await signTransfer()
  const hash = await include(raw)
  await chain.mine(7)
  await work()
  const answer = await claimed(payer, hash)
  await chain.reorg(8)
  await include(raw)
  await chain.mine(10)
  await work()
  await work()
  expect(await claimed(payer, hash)).toEqual(answer)
  expect(await countTransfers(hash)).toEqual({ deposits: 1, reversals: 0 })
  const receipt = await chain.client.getTransactionReceipt({ hash })
  expect(await depositsOf(hash)).toMatchObject([{ status: 'credited', blockNumber: receipt.blockNumber }])
})
