import { randomUUID } from 'node:crypto'
import type http from 'node:http'
import type pg from 'pg'
import type { StoredAddress } from '../domain/address'
import { payoutInput } from '../domain/payout'
import { pool } from '../server/core/db'
import { createBarePayout } from '../test/harness/bare-payouts'
import type { openChain } from '../test/harness/chain'
import {
  createTestAgent,
  createTestMandate,
  createTestWorkspace,
  type TestAgent,
} from '../test/harness/factories'
import { post } from './start-rest-server'

/** Who asks for payouts in a benchmark, and of which mandate. */
export type Payer = TestAgent & {
  tokenId: string
  mandateId: string
  /** What is asked for again and again where repeats are measured. */
  repeatedId: string
}
export type CreateOnce = (payer: Payer) => Promise<void>

const ENOUGH = 10n ** 30n
const schema = payoutInput({ minAmount: 1n })

const bodyOf = ({ mandateId }: Payer, payoutId = `po_${randomUUID()}`) => ({
  payoutId,
  toAddress: '0x1234567890abcdef1234567890abcdef12345678',
  amount: '1000000',
  mandateId,
  description: 'Refund for order #001',
})

/** As many agents with a mandate each, and as many mandates of one agent more. */
export async function createPayers(count: number): Promise<{ spread: Payer[]; ofOne: Payer[] }> {
  const { id: workspaceId } = await createTestWorkspace()
  const agents = await Promise.all(Array.from({ length: count }, () => createTestAgent({ workspaceId })))
  const only = await createTestAgent({ workspaceId })
  const { rows } = await pool().query<{ agentId: string; tokenId: string }>(
    'select agent_id as "agentId", id as "tokenId" from agent_tokens where agent_id in (select id from agents where workspace_id = $1)',
    [workspaceId],
  )
  const tokens = new Map(rows.map(({ agentId, tokenId }) => [agentId, tokenId]))
  const withMandate = async (agent: TestAgent): Promise<Payer> => ({
    ...agent,
    tokenId: tokens.get(agent.agentId) ?? '',
    mandateId: await createTestMandate(agent, { limitAmount: ENOUGH }),
    repeatedId: `po_${randomUUID()}`,
  })
  const spread = await Promise.all(agents.map(withMandate))
  const ofOne = await Promise.all(agents.map(() => withMandate(only)))
  return { spread, ofOne }
}

/** USDC for everything that the mandates allow in a benchmark, where it is paid from. */
export async function fundWallets(chain: ReturnType<typeof openChain>): Promise<void> {
  const { rows } = await pool().query<{ address: StoredAddress }>(
    'select distinct w.address from managed_wallets w join mandates m on m.workspace_id = w.workspace_id',
  )
  for (const { address } of rows) await chain.fund(address, 10n ** 15n)
}

/** Creates over HTTP, at one port or at several in turn. */
export function createOverHttp(connections: http.Agent, port: () => number): CreateOnce {
  return (payer) =>
    post({
      port: port(),
      connections,
      path: '/api/payouts',
      headers: payer.headers,
      body: JSON.stringify(bodyOf(payer)),
      status: 201,
    })
}

/** Asks over HTTP for what was created before, which answers 200; the first time 201. */
export function repeatOverHttp(connections: http.Agent, port: number, status: 200 | 201): CreateOnce {
  return (payer) =>
    post({
      port,
      connections,
      path: '/api/payouts',
      headers: payer.headers,
      body: JSON.stringify(bodyOf(payer, payer.repeatedId)),
      status,
    })
}

/** Creates by the bare statement over a connection of `direct`. */
export function createBare(direct: pg.Pool): CreateOnce {
  return async (payer) => {
    const { outcome } = await createBarePayout(direct, payer, schema.parse(bodyOf(payer)))
    if (outcome !== 'created') throw new Error(`a bare payout was ${outcome}`)
  }
}
