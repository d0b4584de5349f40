// What chain tests of money on its way out share: balances, what stands in the way, and time that passes.
import { usdcAbi } from '@/domain/abi/usdc'
import { localAdminAddress } from '@/domain/local-accounts'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { openChain } from './chain'

export const chain = openChain()
export const usdc = () => ({ address: env().USDC_ADDRESS, abi: usdcAbi }) as const
export const held = (address: `0x${string}`) =>
  chain.client.readContract({ ...usdc(), functionName: 'balanceOf', args: [address] })

export async function openAlarms(id: string): Promise<string[]> {
  const { rows } = await pool().query<{ kind: string }>(
    'select kind from alarms where subject = $1 and resolved_at is null order by kind',
    [id],
  )
  return rows.map(({ kind }) => kind)
}

export const setBlocked = (account: `0x${string}`, isBlocked: boolean) =>
  chain.client.writeContract({
    ...usdc(),
    account: localAdminAddress,
    functionName: isBlocked ? 'blacklist' : 'unBlacklist',
    args: [account],
  })
export const setTokenPaused = (isPaused: boolean) =>
  chain.client.writeContract({
    ...usdc(),
    account: localAdminAddress,
    functionName: isPaused ? 'pause' : 'unpause',
  })

/** Time passes the end of every authorization that is signed now, and a final block knows it. */
export async function outlive() {
  await chain.client.increaseTime({ seconds: 3_700 })
  await chain.mine(5)
}

/**
 * Makes one statement of the worker fail while `work` runs, as a crash or a lost connection at that point does. `fault` is the
 * trigger's event, its table and perhaps its condition.
 */
export async function withFault(
  fault: { event: string; table: string; when?: string },
  work: () => Promise<unknown>,
) {
  const condition = fault.when ? `when (${fault.when})` : ''
  await pool().query(
    `create or replace function fail_now() returns trigger language plpgsql as $$ begin raise exception 'fault'; end $$`,
  )
  await pool().query(
    `create trigger fault before ${fault.event} on ${fault.table} for each row ${condition} execute function fail_now()`,
  )
  try {
    await work().catch(() => {})
  } finally {
    await pool().query(`drop trigger fault on ${fault.table}`)
  }
}
