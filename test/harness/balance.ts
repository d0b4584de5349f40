// Agents with something to spend, and what must be true of the ledger whatever happens.
import { createHash, randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { Charge } from '@/server/balance'
import { pool } from '@/server/core/db'
import { createTestAgent, createTestWorkspace, type TestAgent } from './factories'

export type FundedAgent = TestAgent & { tokenId: string }

/** An agent with this virtual balance (micro USDC), in a new workspace unless one is given. */
export async function createFundedAgent(
  amount: bigint,
  { workspaceId }: { workspaceId?: string } = {},
): Promise<FundedAgent> {
  const agent = await createTestAgent({ workspaceId: workspaceId ?? (await createTestWorkspace()).id })
  if (amount > 0n) await creditAgent(agent.agentId, amount)
  const { rows } = await pool().query<{ id: string }>('select id from agent_tokens where agent_id = $1', [
    agent.agentId,
  ])
  const [token] = rows
  if (!token) throw new Error('the agent has no token')
  return { ...agent, tokenId: token.id }
}

/** Credits an agent as a deposit does; answers the deposit's cause. */
export async function creditAgent(agentId: string, amount: bigint): Promise<string> {
  const cause = `deposit:${randomUUID()}`
  await pool().query(
    `select ledger_credit_agent($1, ledger_account('receive_address', 'test'), $2, 'deposit', $3)`,
    [agentId, amount.toString(), cause],
  )
  return cause
}

/** Takes a deposit back as a reorganisation does. */
export async function reverseCredit(agentId: string, amount: bigint, cause: string): Promise<void> {
  await pool().query(
    `select ledger_reverse_credit($1, ledger_account('receive_address', 'test'), $2, 'deposit_reversal', $3)`,
    [agentId, amount.toString(), `${cause}:reversed`],
  )
}

/** A charge of 10 micro USDC in favour of the agent's own workspace, under a key of its own. */
export function chargeOf(agent: FundedAgent, over: Partial<Charge> = {}): Charge {
  return {
    agentId: agent.agentId,
    tokenId: agent.tokenId,
    amount: 10n,
    reference: 'search',
    earnerWorkspaceId: agent.workspaceId,
    idempotencyKey: `charge ${randomUUID()}`,
    requestHash: createHash('sha256').update('search').digest(),
    ...over,
  }
}

export async function balanceOf(agentId: string): Promise<bigint> {
  const { rows } = await pool().query<{ balance: bigint }>(
    `select balance from ledger_accounts where kind = 'agent_balance' and owner = $1`,
    [agentId],
  )
  return rows[0]?.balance ?? 0n
}

/** Each stored balance is the sum of its transfers and not below zero, and all transfers together sum to zero. */
export async function expectSoundLedger(): Promise<void> {
  const { rows } = await pool().query(
    `select a.id, a.kind, a.owner, a.balance, s.sum
       from ledger_accounts a
       cross join lateral (
         select coalesce(sum(case when t.credit_account = a.id then t.amount else -t.amount end), 0)
                * case a.kind when 'owed' then -1 else 1 end as sum
           from ledger_transfers t where a.id in (t.debit_account, t.credit_account)) s
      where a.balance is not null and (a.balance <> s.sum or a.balance < 0)`,
  )
  expect(rows).toEqual([])
  const { rows: after } = await pool().query(
    `with side as (
       select debit_account as account, id, debit_balance_after as after from ledger_transfers
       union all select credit_account, id, credit_balance_after from ledger_transfers
     ), newest as (select distinct on (account) account, after from side order by account, id desc)
     select a.id, a.kind, a.balance, n.after from newest n join ledger_accounts a on a.id = n.account
      where a.balance is distinct from n.after`,
  )
  expect(after).toEqual([])
  const { rows: sums } = await pool().query<{ sum: bigint }>(
    `select coalesce(sum(signed), 0) as sum from (
       select -amount as signed from ledger_transfers union all select amount from ledger_transfers) t`,
  )
  expect(sums[0]?.sum).toBe(0n)
  const { rows: spends } = await pool().query(
    `select s.agent_id from agent_monthly_spend s
      where s.spent <> (select coalesce(sum(amount), 0) from charges c where c.agent_id = s.agent_id and c.refunded_at is null)`,
  )
  expect(spends).toEqual([])
}
