import { expect } from 'vitest'

import { checksummed } from '@/domain/address'
import type { MandateDetailsView } from '@/domain/mandate'
import { pool } from '@/server/core/db'
import { createTestAgent, type TestAgent } from './factories'
import { addMember, newPerson, newWorkspace, type TestPerson, trpc } from './people'

export type MandateTeam = {
  owner: TestPerson
  approver: TestPerson
  viewer: TestPerson
  workspaceId: string
  agent: TestAgent
}

/** A workspace of three people with an agent. */
export async function newMandateTeam(): Promise<MandateTeam> {
  const [owner, approver, viewer] = [await newPerson(), await newPerson(), await newPerson()]
  const { id: workspaceId } = await newWorkspace(owner)
  await addMember(workspaceId, approver, 'APPROVER')
  await addMember(workspaceId, viewer, 'VIEWER')
  return { owner, approver, viewer, workspaceId, agent: await createTestAgent({ workspaceId }) }
}

export const [A, B, C] = [`0x${'1'.repeat(40)}`, `0x${'2'.repeat(40)}`, `0x${'3'.repeat(40)}`].map(
  checksummed,
)

/** An intent with a bound of every kind. */
export const WIDE = {
  limitAmount: '1000',
  maxAmountPerTx: '100',
  recipientAllowlist: [A, B],
  period: { seconds: 3600, limit: '500' },
}

export const act = (person: TestPerson, path: string, input: object) =>
  trpc('mutation', `mandates.${path}`, { cookie: person.cookie, input })
export const setEnabled = (person: TestPerson, mandateId: string, isEnabled: boolean) =>
  act(person, 'setEnabled', { mandateId, isEnabled })
export const revoke = (person: TestPerson, mandateId: string) => act(person, 'revoke', { mandateId })

export async function getAs(person: TestPerson, mandateId: string) {
  const { data, error } = await trpc('query', 'mandates.get', { cookie: person.cookie, input: { mandateId } })
  expect(error).toBeNull()
  return data as MandateDetailsView & { mayApprove: boolean }
}

/** Everything that signing could have changed. */
export async function snapshotOf(mandateId: string): Promise<unknown> {
  const { rows } = await pool().query(
    `select to_jsonb(m) as mandate, (select count(*)::int from signed_evidence where reference = m.id) as evidence,
       (select count(*)::int from audit_log where target = m.id) as acts,
       (select count(*)::int from webhook_events where body like '%' || m.id || '%') as events
     from mandates m where id = $1`,
    [mandateId],
  )
  return rows[0]
}

/** What was put into the outbox about it, in order. */
export async function eventsOf(mandateId: string): Promise<{ type: string; body: string }[]> {
  const { rows } = await pool().query<{ type: string; body: string }>(
    `select type, body from webhook_events where body like '%' || $1 || '%' order by created_at, id`,
    [mandateId],
  )
  return rows
}
