// Workers that are processes of their own, and what must be true of payouts whatever was done to them.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { parseAbiItem } from 'viem'
import { expect } from 'vitest'
import { checkPayouts } from '@/server/checker'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { expectSoundBooks } from './payout-books'
import { type AskedPayout, chain, mandateOf, rowOf, scene } from './payout-scene'

export type PayoutWorker = {
  process: ChildProcess
  /** Resolves when it is at work. */
  ready: Promise<unknown>
  ended: Promise<unknown>
}

type RoundsWorker = Pick<PayoutWorker, 'process' | 'ended'> & {
  isAlive: () => boolean
  /** Until it has done the round, or is dead. */
  round: () => Promise<void>
}

/** A worker without its watcher and jobs: relays and payouts, round after round. */
export function startPayoutWorker(changes: Record<string, string> = {}): PayoutWorker {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/harness/run-payouts.ts'], {
    env: { ...process.env, ...changes },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return { process: child, ready: once(child.stdout, 'data'), ended: once(child, 'exit') }
}

/** One that does a round for each line it is given; `script` is `run-payout-rounds.ts`, bundled. */
export function startPayoutRounds(script: string, changes: Record<string, string>): RoundsWorker {
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, ...changes },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  return {
    process: child,
    ended,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    round: async () => {
      child.stdin.write('round\n')
      await Promise.race([once(child.stdout, 'data'), ended])
    },
  }
}

export async function killWorker(worker: Pick<PayoutWorker, 'process' | 'ended'>): Promise<void> {
  if (worker.process.exitCode === null && worker.process.signalCode === null) worker.process.kill('SIGKILL')
  await worker.ended
}

const TRANSFER = parseAbiItem('event Transfer(address indexed from, address indexed to, uint256 value)')

/** How often each of these recipients was paid what, by USDC's logs of the chain as it is now. */
export async function countPayments(payouts: readonly AskedPayout[]): Promise<number[]> {
  const logs = await chain.client.getLogs({
    address: env().USDC_ADDRESS,
    event: TRANSFER,
    args: { to: payouts.map(({ to }) => to) },
    fromBlock: 0n,
  })
  return payouts.map(
    ({ to, amount }) =>
      logs.filter(({ args }) => args.to?.toLowerCase() === to && args.value === amount).length,
  )
}

/** Whether all have ended, and those that are confirmed are final. */
export async function areAllOver(payouts: readonly AskedPayout[]): Promise<boolean> {
  const { rows } = await pool().query<{ open: number }>(
    `select count(*)::integer as open from payouts where id = any($1::uuid[])
       and not coalesce((status = 'confirmed' and finalized_at is not null)
         or (status = 'failed' and failure_reason not like 'tx_confirmation_timeout%'), false)`,
    [payouts.map(({ id }) => id)],
  )
  return rows[0]?.open === 0
}

/** Each confirmed payout was paid once and each failed one never; budget, books and chain agree. */
export async function expectConserved(payouts: readonly AskedPayout[]): Promise<{ confirmed: number }> {
  const rows = await Promise.all(payouts.map(({ id }) => rowOf(id)))
  const counts = await countPayments(payouts)
  const told = payouts.map(({ payoutId }, index) => ({
    payoutId,
    status: rows[index]?.status,
    paid: counts[index],
  }))
  expect(told).toEqual(
    told.map((one) => ({
      ...one,
      paid: one.status === 'confirmed' ? 1 : 0,
      status: expect.stringMatching(/^(confirmed|failed)$/),
    })),
  )
  const own = payouts.filter((_, index) => rows[index]?.from_address === scene.wallet)
  const spent = own.reduce((sum, { id, amount }) => {
    const row = rows.find((one) => one.id === id)
    return row?.status === 'confirmed' ? sum + amount : sum
  }, 0n)
  if (own.length === payouts.length) expect(await mandateOf(scene.mandateId)).toEqual({ spent, pending: 0n })
  await expectSoundBooks(scene.workspace.id)
  await expectNothingFound()
  return { confirmed: rows.filter(({ status }) => status === 'confirmed').length }
}

/** The checker sees no violation anywhere: what it warns of may be what the test has done. */
export async function expectNothingFound(): Promise<void> {
  const { findings } = await checkPayouts()
  expect(findings.filter(({ isViolation }) => isViolation)).toEqual([])
}
