import { beforeAll, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { createTestAgent } from '@/test/harness/factories'
import { newDraft } from '@/test/harness/mandates'
import { newPerson, newWorkspace, rest, type TestPerson } from '@/test/harness/people'
import { emit } from '@/test/harness/webhooks'

const FORMULA = '=HYPERLINK("http://example.com")'
const ROWS = 501

let owner: TestPerson
let workspaceId: string
beforeAll(async () => {
  owner = await newPerson()
  workspaceId = (await newWorkspace(owner)).id
})

async function read(list: string, query = '', by = owner): Promise<{ response: Response; lines: string[] }> {
  const response = await rest('GET', `/api/v1/${list}.csv?workspaceId=${workspaceId}${query}`, {
    cookie: by.cookie,
  })
  return { response, lines: (await response.clone().text()).trim().split('\n') }
}

test('mandates come as CSV with the filter of their page, and no cell is a formula', async () => {
  const agent = await createTestAgent({ workspaceId })
  const revoked = await newDraft(agent, { naturalLanguage: 'Another purpose' })
  await pool().query(
    `update mandates set status = 'revoked', revoked_at = now(), revoked_by = $2 where id = $1`,
    [revoked, owner.account.address.toLowerCase()],
  )
  const open = await newDraft(agent, { naturalLanguage: FORMULA, limitAmount: '1250500000' })
  const { response, lines } = await read('mandates', '&status=pending_signature')
  expect(response.headers.get('content-type')).toContain('text/csv')
  expect(lines).toHaveLength(2)
  expect(lines[0]).toContain('mandate_id,agent_id,agent_name,created_at,status')
  expect(lines[1]).toContain(open)
  expect(lines[1]).toContain('1250.5')
  expect(lines[1]).toContain(`"'=HYPERLINK`)
  expect((await read('mandates')).lines).toHaveLength(3)
})

test('deliveries come as CSV beyond one batch, each once, with the filters of their page', async () => {
  await emit({ id: workspaceId })
  await pool().query(
    `insert into webhook_deliveries (event_id, workspace_id, url, target, sequence, status, attempts, last_error, replayed_by)
       select id, workspace_id, 'https://hooks.example.com/a', 'https://hooks.example.com', sequence, 'failed', 10, 'status_500', $2 from webhook_events, generate_series(1, $3)
        where workspace_id = $1`,
    [workspaceId, owner.account.address.toLowerCase(), ROWS],
  )
  const { response, lines } = await read('webhook-deliveries', '&endpointId=payouts&status=failed')
  expect(response.status).toBe(200)
  expect(lines[0]).toContain('message_id,created_at,event_type,url,payout_id,status')
  expect(lines[1]).toContain('payout.confirmed,https://hooks.example.com/a,,failed,10,,status_500')
  expect(lines).toHaveLength(1 + ROWS)
  expect(new Set(lines).size).toBe(1 + ROWS)
  expect((await read('webhook-deliveries', '&status=delivered')).lines).toHaveLength(1)
})

test.each(['payouts', 'mandates', 'webhook-deliveries'])(
  '%s of others are the same 404 as of nobody',
  async (list) => {
    const stranger = await newPerson()
    expect((await read(list, '', stranger)).response.status).toBe(404)
    expect((await read(list, '&colour=red')).response.status).toBe(400)
  },
)
