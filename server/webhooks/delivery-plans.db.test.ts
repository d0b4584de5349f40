import { beforeAll, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { explainAnalyzed, rowsRead } from '@/test/harness/bulk-payouts'
import { createTestWorkspace } from '@/test/harness/factories'
import { deliveriesStatement } from './delivery-repository'

const ROWS = 50_000
const BATCH = 10_000

let workspaceId: string
const endpointId = '7f9c24e8-3b12-4fef-91d0-56a2d5a3e6f1'
beforeAll(async () => {
  workspaceId = (await createTestWorkspace()).id
  const { id: otherId } = await createTestWorkspace()
  for (let from = 1; from <= ROWS; from += BATCH) {
    await insertDelivered({ of: workspaceId, endpointId, from, to: from + BATCH - 1 })
  }
  // Half as many of another workspace, to payouts' own addresses.
  for (let from = ROWS + 1; from <= 1.5 * ROWS; from += BATCH) {
    await insertDelivered({ of: otherId, endpointId: null, from, to: from + BATCH - 1 })
  }
  await pool().query('analyze webhook_events, webhook_deliveries')
}, 300_000)

type Delivered = { of: string; endpointId: string | null; from: number; to: number }

async function insertDelivered({ of, endpointId, from, to }: Delivered): Promise<void> {
  await pool().query(
    `with event as (
       insert into webhook_events (workspace_id, type, body, created_at, fanned_out_at)
         select $1, 'payout.confirmed', '{}', now() - n * interval '1 second', now() from generate_series($3::int, $4::int) n
         returning id, sequence, created_at
     )
     insert into webhook_deliveries (event_id, workspace_id, endpoint_id, url, target, sequence, status, attempts, created_at, delivered_at)
       select id, $1, $2::uuid, 'https://example.com/hook', coalesce($2::text, 'own'), sequence, 'delivered', 1, created_at, now() from event`,
    [of, endpointId, from, to],
  )
}

test.each([
  ['all', {}],
  ['those under way', { status: 'pending' }],
  ['the delivered ones', { status: 'delivered' }],
  ['the failed ones', { status: 'failed' }],
  ['the failed ones of an endpoint', { status: 'failed', isOfEndpoint: true }],
  ['those to payouts’ own addresses', { isOfPayouts: true }],
] as const)('a page of %s reads few deliveries of 75,000', async (_, asked) => {
  const { isOfEndpoint = false, ...filter } = { isOfEndpoint: false, ...asked }
  const none = { endpointId: null, isOfPayouts: false, status: null, before: null }
  const nodes = await explainAnalyzed(
    deliveriesStatement({
      ...{ workspaceId, take: 51, ...none, ...filter },
      ...(isOfEndpoint ? { endpointId } : {}),
    }),
  )
  expect(Math.max(...rowsRead(nodes, 'webhook_deliveries'))).toBeLessThan(1000)
})
