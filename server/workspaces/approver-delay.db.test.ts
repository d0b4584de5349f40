import { expect, test, vi } from 'vitest'
import type { MemberView } from '@/domain/workspace'
import { pool } from '@/server/core/db'
import { newPerson, newWorkspace, trpc } from '@/test/harness/people'

vi.hoisted(() => {
  process.env.APPROVER_DELAY_SECONDS = '3600'
})

async function join(role: 'APPROVER' | 'VIEWER') {
  const owner = await newPerson()
  const guest = await newPerson()
  const { id: workspaceId } = await newWorkspace(owner)
  const { rows } = await pool().query<{ id: string }>(
    `insert into workspace_invites (workspace_id, address, role, invited_by, expires_at)
     values ($1, $2, $3::member_role, $4, now() + interval '1 day') returning id`,
    [workspaceId, guest.account.address.toLowerCase(), role, owner.account.address.toLowerCase()],
  )
  await trpc('mutation', 'workspaces.acceptInvite', {
    cookie: guest.cookie,
    input: { inviteId: rows[0]?.id },
  })
  const { data } = await trpc('query', 'workspaces.members', { cookie: guest.cookie, input: { workspaceId } })
  const own = (data as MemberView[]).find(({ address }) => address === guest.account.address)
  return { own, workspaceId, guest }
}

test('a new approver sees at once and approves after the delay', async () => {
  const { own, guest } = await join('APPROVER')
  const waits = (new Date(own?.rightsFrom ?? 0).getTime() - new Date(own?.createdAt ?? 0).getTime()) / 1000
  expect(waits).toBe(3600)
  const { data } = await trpc('query', 'workspaces.list', { cookie: guest.cookie })
  expect(data).toMatchObject([{ role: 'VIEWER' }])
})

test('a viewer waits for nothing', async () => {
  const { own } = await join('VIEWER')
  expect(own?.rightsFrom).toBe(own?.createdAt)
})
