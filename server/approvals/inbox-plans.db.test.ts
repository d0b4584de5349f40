import { expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { explainAnalyzed, insertBulkPayouts, rowsRead } from '@/test/harness/bulk-payouts'
import { createTestAgent, createTestWorkspace } from '@/test/harness/factories'
import { createPayoutRow } from '@/test/harness/payout-rows'
import { pendingStatement } from './approval-repository'

const ROWS = 100_000
const WAITING = 3

test('the inbox reads what waits and no more, also where recipients have a name and were never paid among 100,000 payouts', async () => {
  const { id: workspaceId, walletAddress: person } = await createTestWorkspace()
  const agent = await createTestAgent({ workspaceId })
  await insertBulkPayouts({
    workspaceId,
    agentId: agent.agentId,
    ...{ from: 1, to: ROWS, newest: ROWS, failsEach: 50 },
  })
  for (let each = 0; each < WAITING; each += 1) {
    const to = `0x${`${each}e`.repeat(20)}`
    await createPayoutRow(agent, { to })
    await pool().query(
      'insert into address_book_entries (workspace_id, address, name, created_by) values ($1, $2, $2, $3)',
      [workspaceId, to, person],
    )
  }
  await pool().query('analyze payouts')
  const all = { workspaceId, person, cursor: null, limit: 51, isForMe: false, agentId: null }
  for (const isForMe of [false, true]) {
    const nodes = await explainAnalyzed(pendingStatement({ ...all, isForMe }))
    expect(nodes[0]?.['Actual Rows']).toBe(WAITING)
    expect(Math.max(...rowsRead(nodes, 'payouts'))).toBeLessThanOrEqual(WAITING)
  }
}, 120_000)
