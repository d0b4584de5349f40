import { checksummed } from '@/domain/address'
import {
  DEPOSIT_CONFIRMATIONS,
  type DepositStatus,
  MIN_DEPOSIT_ATOMIC,
  SECOND_ENDPOINT_ABOVE_ATOMIC,
} from '@/domain/deposits'
import type { Actor } from '@/server/audit'
import type { MinedDeposit } from '@/server/chain'
import { pool } from '@/server/core/db'

/** One transaction's transfers to one receive address. */
export type DepositKey = { chainId: number; txHash: `0x${string}`; receiver: string }

export type DepositRow = {
  id: string
  chainId: number
  txHash: `0x${string}`
  logIndex: number
  blockNumber: bigint | null
  blockHash: string | null
  sender: string
  amount: bigint
  status: DepositStatus
  claimedBy: string | null
  agentId: string | null
  creditedAt: Date | null
  balanceAfter: bigint | null
  createdAt: Date
}

const COLUMNS = `id, chain_id as "chainId", tx_hash as "txHash", log_index as "logIndex", block_number as "blockNumber",
  block_hash as "blockHash", sender, amount, status, claimed_by as "claimedBy", agent_id as "agentId",
  credited_at as "creditedAt", balance_after as "balanceAfter", created_at as "createdAt"`

export async function selectDepositsOf({ chainId, txHash, receiver }: DepositKey): Promise<DepositRow[]> {
  const { rows } = await pool().query<DepositRow>(
    `select ${COLUMNS} from deposits where chain_id = $1 and tx_hash = $2 and receiver = $3 order by position`,
    [chainId, txHash, receiver],
  )
  return rows
}

export type Observed = DepositKey & { asset: string; seen: MinedDeposit | null; isSeenTwice: boolean }

/** The parameters that `deposit_observe` and `deposit_claim` share; no observation says that the transaction is gone. */
function observedValues({ chainId, txHash, asset, receiver, seen, isSeenTwice }: Observed): unknown[] {
  const logs = seen?.logs.map(({ position, logIndex, sender, amount, isX402 }) => ({
    position,
    log_index: logIndex,
    sender,
    sender_checksum: checksummed(sender),
    amount: amount.toString(),
    is_x402: isX402,
  }))
  return [
    chainId,
    txHash,
    asset,
    receiver,
    seen?.block.number ?? null,
    seen?.block.hash ?? null,
    seen ? new Date(Number(seen.block.timestamp) * 1000) : null,
    isSeenTwice,
    JSON.stringify(logs ?? []),
  ]
}

const DEPTH = [DEPOSIT_CONFIRMATIONS, MIN_DEPOSIT_ATOMIC, SECOND_ENDPOINT_ABOVE_ATOMIC]

/** Writes down what a receipt says of a transaction, or that it is gone. Credits and reverses nothing. */
export async function recordObservation(observed: Observed): Promise<void> {
  await pool().query('select deposit_observe($1, $2, $3, $4, $5, $6, $7, $8, $9)', observedValues(observed))
}

type CreditOutcome = 'credited' | 'waits' | 'second_rpc' | 'unattributed' | 'done'

/** Credits a deposit at most once, when the statement itself finds that everything fits. `head` is the block it was seen at. */
export async function creditDeposit({ id, head }: { id: string; head: bigint }): Promise<CreditOutcome> {
  const { rows } = await pool().query<{ outcome: CreditOutcome }>(
    'select deposit_credit($1, $2, $3, $4, $5) as outcome',
    [id, head, ...DEPTH],
  )
  return rows[0]?.outcome ?? 'done'
}

/** Takes a credit back, with its alarm. False when it is not credited by that block any more. */
export async function reverseDeposit({ id, blockHash }: { id: string; blockHash: string }): Promise<boolean> {
  const { rows } = await pool().query<{ reversed: boolean }>('select deposit_reverse($1, $2) as reversed', [
    id,
    blockHash,
  ])
  return rows[0]?.reversed ?? false
}

export type ClaimOutcome =
  | 'mine'
  | 'reversed'
  | 'x402'
  | 'returned'
  | 'other_agent'
  | 'not_linked'
  | 'below_minimum'
  | 'waits'
  | 'second_rpc'
  | 'unattributed'
  | 'agent_gone'

export type ClaimedRow = {
  outcome: ClaimOutcome
  id: string
  logIndex: number
  sender: string
  amount: bigint
  creditedAt: Date | null
  balanceAfter: bigint | null
}

type Claim = Observed & {
  agentId: string
  seen: MinedDeposit
  /** The person who claims for an agent; an agent's own claims are no human act. */
  actor: Actor | null
}

/**
 * A claim in one statement: records the receipt, reserves what fits for the agent, credits what is deep enough. A person's claim that
 * was kept or credited has its audit row in it.
 */
export async function claimObserved({ agentId, actor, ...observed }: Claim): Promise<ClaimedRow[]> {
  const { rows } = await pool().query<ClaimedRow>(
    `with claimed as materialized (
       select * from deposit_claim($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
     ), audited as (
       insert into audit_log (workspace_id, actor, action, target, details, request_id)
       select a.workspace_id, $15, 'deposit.claimed', $3, jsonb_build_object('agentId', a.id), $16
         from agents a
        where a.id = $1 and $15::text is not null
          and exists (select 1 from claimed where outcome in ('mine', 'waits', 'second_rpc'))
     )
     select outcome, deposit_id as id, log_index as "logIndex", sender, amount, credited_at as "creditedAt",
            balance_after as "balanceAfter" from claimed`,
    [
      agentId,
      ...observedValues(observed),
      observed.seen.head,
      ...DEPTH,
      actor?.address ?? null,
      actor?.requestId ?? null,
    ],
  )
  return rows
}

/** Whether x402 payments of ours name the transaction. */
export async function isOurX402({ chainId, txHash }: DepositKey): Promise<boolean> {
  const { rowCount } = await pool().query(
    'select 1 from x402_payments where chain_id = $1 and tx_hash = $2 limit 1',
    [chainId, txHash],
  )
  return rowCount === 1
}

export async function selectLinkedWallets(agentId: string): Promise<string[]> {
  const { rows } = await pool().query<{ address: string }>(
    'select address from agent_wallets where agent_id = $1 order by linked_at, address',
    [agentId],
  )
  return rows.map(({ address }) => address)
}

export async function isAgentOf({
  agentId,
  workspaceId,
}: {
  agentId: string
  workspaceId: string
}): Promise<boolean> {
  const { rowCount } = await pool().query(
    'select 1 from agents where id = $1 and workspace_id = $2 and deleted_at is null',
    [agentId, workspaceId],
  )
  return rowCount === 1
}

/** What an agent was credited or has claimed, newest first, with the block that the watcher has read last. */
export async function selectDepositsOfAgent({
  agentId,
  limit,
}: {
  agentId: string
  limit: number
}): Promise<(DepositRow & { head: bigint | null })[]> {
  const { rows } = await pool().query<DepositRow & { head: bigint | null }>(
    `select ${COLUMNS}, (select head_block from chain_cursors c where c.chain_id = d.chain_id) as head
       from deposits d where agent_id = $1 or claimed_by = $1 order by created_at desc, id desc limit $2`,
    [agentId, limit],
  )
  return rows
}
