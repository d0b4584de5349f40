import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { openChain } from '@/test/harness/chain'
import { balanceOf, claimed, countTransfers, createPayer, receiveAddress } from '@/test/harness/deposits'
import { advanceDeposits } from './advance-deposits'
import { checkLedger } from './check-ledger'
import { createDepositReader } from './discover-deposits'

const chain = openChain()
const USDC = 1_000_000n
const MORE_BOUNDARIES_THAN_THERE_ARE = 60

async function work(): Promise<void> {
  // As if the leases of the dead had run out.
  await pool().query(`update deposits set lease_until = null, next_check_at = now() - interval '1 second'`)
  await pool().query('update deposit_cursors set lease_until = null')
  await createDepositReader().step(AbortSignal.timeout(30_000))
  await advanceDeposits()
}

type Action = 'claim' | 'read' | 'advance'

/** Whether the process was killed; false when it came to its end. */
async function dieAt(action: Action, boundary: number, agentId: string, txHash: string): Promise<boolean> {
  const args = ['--import', 'tsx', 'test/harness/deposit-child.ts', action, String(boundary), agentId, txHash]
  const child = spawn(process.execPath, args, { env: process.env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const [code, signal] = await once(child, 'exit')
  if (signal === 'SIGKILL') return true
  if (code !== 0) throw new Error(`the child ended with ${code}: ${said}`)
  return false
}

/** A deposit that is just ready for what the child does. */
async function prepare(action: Action) {
  const payer = await createPayer()
  await work()
  const { transactionHash } = await chain.transfer(payer.wallet, receiveAddress(), 5n * USDC)
  if (action !== 'read') await chain.mine(5)
  if (action === 'advance') await createDepositReader().step(AbortSignal.timeout(30_000))
  return { payer, transactionHash }
}

/** Kills at one boundary after the other until a process survives; answers how many there were. */
async function dieEverywhere(action: Action): Promise<number> {
  for (let boundary = 1; boundary < MORE_BOUNDARIES_THAN_THERE_ARE; boundary += 1) {
    const { payer, transactionHash } = await prepare(action)
    const isKilled = await dieAt(action, boundary, payer.agentId, transactionHash)
    await chain.mine(5)
    // Who comes next is the worker or the agent, in turns.
    if (boundary % 2) await work()
    await claimed(payer, transactionHash)
    await work()
    expect(await balanceOf(payer.agentId)).toBe(5n * USDC)
    expect(await countTransfers(transactionHash)).toEqual({ deposits: 1, reversals: 0 })
    if (!isKilled) return boundary - 1
  }
  throw new Error('the child has more boundaries than this test knows of')
}

test.each<[Action, number]>([
  ['claim', 4],
  ['read', 8],
  ['advance', 6],
])(
  'a process that is killed at any boundary of its %s leaves what the rest turns into exactly one credit',
  async (action, least) => {
    expect(await dieEverywhere(action)).toBeGreaterThanOrEqual(least)
    expect(await checkLedger()).toEqual({ findings: [] })
  },
  600_000,
)
