// What people and the worker do to payouts and mandates, by the product's own statements.
import { randomBytes } from 'node:crypto'
import { pool } from '@/server/core/db'

type Who = { workspaceId: string; owner: string }

async function ask<T>(statement: string, values: unknown[]): Promise<T | null> {
  const { rows } = await pool().query<{ answer: T }>(statement, values)
  return rows[0]?.answer ?? null
}

const statusOf = (id: string) => ask<string>('select status::text as answer from payouts where id = $1', [id])
const approvalOf = (id: string) =>
  ask<string>('select id as answer from approvals where payout_row_id = $1', [id])

/** True when this made it authorized. */
export async function approve({ workspaceId, owner }: Who, id: string): Promise<boolean> {
  const isOpen = (await statusOf(id)) === 'pending_authorization'
  const digest = randomBytes(32)
  const outcome = await ask<string>(
    `select outcome as answer from approval_vote($1, array[$2], $3, $4, '{}', $5, null)`,
    [workspaceId, await approvalOf(id), owner, digest, `0x${digest.toString('hex')}`],
  )
  return isOpen && outcome === 'approved'
}

/** True when this ended it. */
export async function deny({ workspaceId, owner }: Who, id: string): Promise<boolean> {
  const isOpen = (await statusOf(id)) === 'pending_authorization'
  const outcome = await ask<string>('select outcome as answer from approval_deny($1, $2, $3, null, null)', [
    workspaceId,
    await approvalOf(id),
    owner,
  ])
  return isOpen && outcome === 'denied'
}

/** The worker's reservation, with more than enough in the wallet. */
export async function enterSigning(id: string): Promise<boolean> {
  const outcome = await ask<string>(
    `select b.outcome as answer from payouts p, payout_enter_signing_batch(array[p.id], array[p.lease_version], '{1000000000}', 1000000000, '{}', true, '{}', 1, 0, '{}', '{}', '{}') b
       where p.id = $1`,
    [id],
  )
  return outcome === 'signing'
}

export async function revoke({ owner }: Who, mandate: string): Promise<void> {
  await ask('select mandate_revoke($1, $2, null) as answer', [mandate, owner])
}

export async function enable({ owner }: Who, mandate: string, isEnabled: boolean): Promise<void> {
  await ask('select mandate_set_enabled($1, $2, $3, null) as answer', [mandate, owner, isEnabled])
}

export async function stopAgent({ owner }: Who, agent: string): Promise<void> {
  await ask('select agent_stop_spending($1, $2, null) as answer', [agent, owner])
}

/** The kill switch, and its end with a signature that somebody has verified. */
export async function kill({ workspaceId, owner }: Who, isKilled: boolean): Promise<void> {
  if (isKilled) {
    await ask('select payouts_stop($1, $2, null, null) as answer', [workspaceId, owner])
    await ask('select payouts_end_stopped($1, 1000) as answer', [workspaceId])
    return
  }
  const evidence = { digest: randomBytes(32).toString('hex'), typedData: {}, signature: '0x' }
  await ask(
    `select payouts_resume($1, $2, (select killed_at from workspace_policies where workspace_id = $1), $3, null) as answer`,
    [workspaceId, owner, JSON.stringify(evidence)],
  )
}
