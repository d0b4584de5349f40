// Balances and revenue that tests start from, and what the ledger says afterwards.
import { randomBytes } from 'node:crypto'
import { checksummed, storedAddress } from '@/domain/address'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'

const receiveAddress = () => storedAddress(env().RECEIVE_ADDRESS ?? '')
const randomHash = () => `0x${randomBytes(32).toString('hex')}`

/** A deposit of a wallet, credited to an agent as the worker would. Atomic units. */
export async function creditDeposit({
  agentId,
  sender,
  amount,
}: {
  agentId: string
  sender: string
  amount: bigint
}): Promise<void> {
  await pool().query(
    `with credited as (
       select ledger_credit_agent($1, ledger_account('receive_address', $4), $3, 'deposit', 'deposit:' || $5) as after)
     insert into deposits (chain_id, tx_hash, position, asset, log_index, block_number, block_hash, block_time, sender, sender_checksum, amount, status, receiver,
       agent_id, credited_at, balance_after, credit_count)
     select 31337, $5, 0, $6, 0, 1, '0x01', now(), $2, $7, $3, 'credited', $4, $1, now(), after, 1 from credited`,
    [
      agentId,
      storedAddress(sender),
      amount,
      receiveAddress(),
      randomHash(),
      env().USDC_ADDRESS,
      checksummed(sender),
    ],
  )
}

/** A deposit that is nobody's. Answers its id. */
export async function insertUnattributedDeposit({
  sender,
  amount,
  status = 'unattributed',
}: {
  sender: string
  amount: bigint
  status?: string
}): Promise<string> {
  const { rows } = await pool().query<{ id: string }>(
    `insert into deposits (chain_id, tx_hash, position, asset, log_index, block_number, block_hash, block_time, sender, sender_checksum, amount, status, receiver, final_at)
     values (31337, $1, 0, $2, 0, 1, '0x01', now(), $3, $7, $4, $5::deposit_status, $6, now()) returning id`,
    [
      randomHash(),
      env().USDC_ADDRESS,
      storedAddress(sender),
      amount,
      status,
      receiveAddress(),
      checksummed(sender),
    ],
  )
  return rows[0]?.id ?? ''
}

/** Revenue that a workspace has of one paying agent. */
export async function earnRevenue({
  workspaceId,
  payer,
  amount,
}: {
  workspaceId: string
  payer: string
  amount: bigint
}): Promise<void> {
  await pool().query(
    `select ledger_post(ledger_account('receive_address', $4), ledger_account('revenue', $1, $2), $3, 'charge', 'charge:' || $5)`,
    [workspaceId, payer, amount, receiveAddress(), randomHash()],
  )
}

type AccountKind = 'agent_balance' | 'owed' | 'revenue' | 'refunds'

/** What the accounts of a kind hold together, of one owner or of all. */
export async function sumAccounts(kind: AccountKind, owner: string | null = null): Promise<bigint> {
  const { rows } = await pool().query<{ sum: bigint }>(
    `select coalesce(sum(balance), 0) as sum from ledger_accounts where kind = $1::ledger_account_kind and ($2::text is null or owner = $2)`,
    [kind, owner],
  )
  return rows[0]?.sum ?? 0n
}

/** Whether every stored balance is the sum of its transfers. */
export async function findUnbalanced(): Promise<unknown[]> {
  const { rows } = await pool().query(
    `select a.id, a.kind, a.balance from ledger_accounts a
     left join lateral (select coalesce(sum(case when t.credit_account = a.id then t.amount else -t.amount end), 0) as net
       from ledger_transfers t where a.id in (t.credit_account, t.debit_account)) t on true
     where a.balance is not null and a.balance <> case a.kind when 'owed' then -t.net else t.net end`,
  )
  return rows
}

/** What a refused request must not change. */
export async function countRows(): Promise<{ withdrawals: bigint; transfers: bigint; acts: bigint }> {
  const { rows } = await pool().query(
    `select (select count(*) from withdrawals) as withdrawals, (select count(*) from ledger_transfers) as transfers,
       (select count(*) from audit_log) as acts`,
  )
  return rows[0] as { withdrawals: bigint; transfers: bigint; acts: bigint }
}
