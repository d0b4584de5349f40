// The statements that move payouts, called as plainly as the database allows, for tests of what they keep.
import { createHash, randomBytes } from 'node:crypto'
import type pg from 'pg'
import { expect } from 'vitest'
import type { PayoutStatus } from '@/domain/payout-status'
import { readBookFaults } from '@/server/checker'
import { pool } from '@/server/core/db'
import { createTestAgent, type TestAgent } from './factories'

type Client = pg.ClientBase | pg.Pool

export type BooksAgent = TestAgent & { tokenId: string }

export type PayoutRequest = {
  payoutId: string
  bizId: string | null
  mandateId: string | null
  amount: bigint
  /** Asks a person when the mandate refuses. */
  isAsking: boolean
  to?: string
  ttlSeconds?: number
}

export type PayoutOutcome = {
  outcome: string
  details: Record<string, unknown> | null
  payout: Record<string, unknown> | null
}

const RECIPIENT = '0x00000000000000000000000000000000000000aa'
const ASSET = '0x00000000000000000000000000000000000000cc'

/** A live agent with the id of its token, as authentication hands it to the statement. */
export async function createBooksAgent({
  workspaceId,
  monthlyLimit = null,
}: {
  workspaceId: string
  monthlyLimit?: bigint | null
}): Promise<BooksAgent> {
  const agent = await createTestAgent({ workspaceId })
  const { rows } = await pool().query<{ id: string }>(
    `with agent as (update agents set monthly_limit = $2 where id = $1) select id from agent_tokens where agent_id = $1`,
    [agent.agentId, monthlyLimit],
  )
  return { ...agent, tokenId: rows[0]?.id ?? '' }
}

/** One call of `payout_create_batch` for one agent. */
export async function createPayouts(
  agent: BooksAgent,
  requests: readonly PayoutRequest[],
  client: Client = pool(),
): Promise<PayoutOutcome[]> {
  const all = <T>(read: (request: PayoutRequest) => T) => requests.map(read)
  const { rows } = await client.query<PayoutOutcome>(
    `select * from payout_create_batch($1, 31337, 'local', $2, $2, 'http://localhost/payouts/approvals/',
       $3::uuid[], $4::text[], $5::text[], $5::text[], $6::numeric[], $7::text[], $8::text[], $9::text[], $10::text[], $10::jsonb[], $10::text[],
       $11::integer[], $12::bytea[], $13::boolean[], $14::text[], $10::text[])`,
    [
      agent.agentId,
      ASSET,
      all(() => agent.tokenId),
      all(({ payoutId }) => payoutId),
      all(({ to }) => to ?? RECIPIENT),
      all(({ amount }) => amount.toString()),
      all(() => 'USDC'),
      all(({ mandateId }) => mandateId),
      all(({ bizId }) => bizId),
      all(() => null),
      all(({ ttlSeconds }) => ttlSeconds ?? 604_800),
      all(hashOf),
      all(({ isAsking }) => isAsking),
      all(() => `apr_${randomBytes(16).toString('hex')}`),
    ],
  )
  return rows
}

function hashOf({ payoutId, bizId, mandateId, amount, to }: PayoutRequest): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([payoutId, bizId, mandateId, amount.toString(), to]))
    .digest()
}

export type Move = {
  id: string
  from: readonly PayoutStatus[]
  to: PayoutStatus
  reason?: string | null
  changes?: Record<string, string | number>
}

/** One call of `payout_move`. False when the payout is not where it should come from. */
export async function movePayout(
  { id, from, to, reason = null, changes = {} }: Move,
  client: Client = pool(),
): Promise<boolean> {
  const { rows } = await client.query<{ id: string | null }>(
    `select (payout_move($1, $2::payout_status[], $3, $4, 'test', $5)).id as id`,
    [id, from, to, reason, changes],
  )
  return (rows[0]?.id ?? null) !== null
}

/** What a signature adds to a payout. */
export function testSignature(): Record<string, string> {
  return {
    nonce: `0x${randomBytes(32).toString('hex')}`,
    validBefore: '4000000000',
    signature: `0x${randomBytes(65).toString('hex')}`,
  }
}

/** The books of a workspace contradict themselves nowhere. */
export async function expectSoundBooks(workspaceId: string, client: Client = pool()): Promise<void> {
  expect(await readBookFaults(client, { workspaceId, isFull: true })).toEqual([])
}
