import { beforeAll, expect, test, vi } from 'vitest'
import { pool } from '@/server/core/db'
import {
  expectProblem,
  getNonce,
  messageFor,
  newAccount,
  newWorkspace,
  rest,
  signIn,
  type TestPerson,
  verify,
} from '@/test/harness/people'

const { adminKey } = vi.hoisted(() => {
  process.env.SIGNUP = 'invite'
  process.env.INSTANCE_ADMINS = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
  // The second of the well-known test accounts.
  return { adminKey: '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d' as const }
})

const { privateKeyToAccount } = await import('viem/accounts')
const admin: TestPerson = { account: privateKeyToAccount(adminKey), cookie: '' }
let workspaceId = ''

beforeAll(async () => {
  admin.cookie = await signIn(admin.account)
  workspaceId = (await newWorkspace(admin)).id
})

async function trySignIn(account = newAccount()): Promise<Response> {
  const message = messageFor(account, await getNonce())
  return verify(message, await account.signMessage({ message }))
}

function invite(address: string, expires = "now() + interval '1 day'") {
  return pool().query(
    `insert into workspace_invites (workspace_id, address, role, invited_by, expires_at) values ($1, $2, 'VIEWER', $3, ${expires})`,
    [workspaceId, address.toLowerCase(), admin.account.address.toLowerCase()],
  )
}

test('by invitation, a stranger is refused and opens no session', async () => {
  const stranger = newAccount()
  await expectProblem(await trySignIn(stranger), 403, 'signup_closed')
  const { rowCount } = await pool().query('select 1 from auth_sessions where address = $1', [
    stranger.address.toLowerCase(),
  ])
  expect(rowCount).toBe(0)
})

test('by invitation, an instance administrator signs in and opens a workspace', async () => {
  const me = (await (await rest('GET', '/api/v1/me', { cookie: admin.cookie })).json()) as {
    isInstanceAdmin: boolean
  }
  expect(me.isInstanceAdmin).toBe(true)
})

test('by invitation, who is invited signs in and may open a workspace', async () => {
  const guest = newAccount()
  await invite(guest.address)
  const cookie = await signIn(guest)
  await newWorkspace({ account: guest, cookie })
})

test('by invitation, an expired invitation opens nothing', async () => {
  const late = newAccount()
  await invite(late.address, "now() - interval '1 day'")
  await expectProblem(await trySignIn(late), 403, 'signup_closed')
})

test('by invitation, who lost the last membership while signed in cannot open a workspace', async () => {
  const leaver = newAccount()
  await invite(leaver.address)
  const cookie = await signIn(leaver)
  await pool().query('update workspace_invites set revoked_at = now() where address = $1', [
    leaver.address.toLowerCase(),
  ])
  const body = { slug: 'leavers', name: 'Leavers', roles: ['CONSUMER'] }
  await expectProblem(await rest('POST', '/api/v1/workspaces', { cookie, body }), 403, 'signup_closed')
})
