import { decodeProtectedHeader } from 'jose'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { jwksView, registeredAgentView } from '@/domain/agent-api'
import { rotateJwtKeys, sweepForgottenAgents } from '@/server/agents'
import { pool } from '@/server/core/db'
import { createTestAgent, createTestWorkspace } from '@/test/harness/factories'
import { rest } from '@/test/harness/people'

async function register() {
  const response = await rest('POST', '/api/agents/register', { body: { agent_name: 'Scout' } })
  return registeredAgentView.parse(await response.json())
}
const kidOf = (jwt: string) => z.string().parse(decodeProtectedHeader(jwt).kid)
const me = async (jwt: string) =>
  (await rest('GET', '/api/v1/agents/me', { headers: { authorization: `Bearer ${jwt}` } })).status
const age = (kid: string, time: string) =>
  pool().query('update jwt_keys set created_at = now() - $2::interval where kid = $1', [kid, time])
const keys = async () => {
  const { rows } = await pool().query<{ kid: string; isActive: boolean }>(
    'select kid, retired_at is null as "isActive" from jwt_keys order by created_at',
  )
  return rows
}

test('a key is rotated after 30 days: published first, then signing, and the old one verifies on', async () => {
  const first = await register()
  const old = kidOf(first.jwt)
  await rotateJwtKeys()
  expect(await keys()).toEqual([{ kid: old, isActive: true }])

  await age(old, '30 days')
  await rotateJwtKeys()
  const [, fresh] = await keys()
  const freshKid = z.string().parse(fresh?.kid)
  const { keys: published } = jwksView.parse(await (await rest('GET', '/.well-known/jwks.json')).json())
  expect(published.map(({ kid }) => kid).sort()).toEqual([old, freshKid].sort())
  expect(kidOf((await register()).jwt)).toBe(old)

  await age(freshKid, '20 minutes')
  await rotateJwtKeys()
  expect(await keys()).toEqual([
    { kid: old, isActive: false },
    { kid: freshKid, isActive: true },
  ])
  expect(await me(first.jwt)).toBe(200)
})

test('the private half of a key is in the database only under a seal', async () => {
  await register()
  const { rows } = await pool().query<{ sealed: string; whole: string }>(
    `select sealed_private_jwk as sealed, row_to_json(k)::text as whole from jwt_keys k`,
  )
  for (const { sealed, whole } of rows) {
    expect(sealed.split('.')).toHaveLength(5)
    expect(whole).not.toContain('"d"')
  }
})

test('agents that nobody linked within 30 days are removed, with their tokens, and no others', async () => {
  const [forgotten, young] = [await register(), await register()]
  const linked = await createTestAgent({ workspaceId: (await createTestWorkspace()).id })
  await pool().query(`update agents set created_at = now() - interval '31 days' where id = any($1)`, [
    [forgotten.agent_id, linked.agentId],
  ])
  expect(await sweepForgottenAgents()).toBe(1)
  const { rows } = await pool().query<{ id: string }>(
    'select id from agents where id = any($1) order by id',
    [[forgotten.agent_id, young.agent_id, linked.agentId]],
  )
  expect(rows.map(({ id }) => id)).toEqual([young.agent_id, linked.agentId].sort())
})
