import { beforeEach, describe, expect, test } from 'vitest'
import type { buildMemberChange } from '@/domain/member-change'
import type { MemberRole } from '@/domain/roles'
import type { MemberView, MyInviteView } from '@/domain/workspace'
import { pool } from '@/server/core/db'
import { removeManagedWallet } from '@/test/harness/factories'
import { addMember, newPerson, newWorkspace, type TestPerson, trpc } from '@/test/harness/people'

type TypedData = ReturnType<typeof buildMemberChange>

let owner: TestPerson
let guest: TestPerson
let workspaceId: string
let address: `0x${string}`

beforeEach(async () => {
  owner = await newPerson()
  guest = await newPerson()
  workspaceId = (await newWorkspace(owner)).id
  address = guest.account.address
})

async function sign(by: TestPerson, typedData: TypedData) {
  const deadline = BigInt(typedData.message.deadline)
  const signature = await by.account.signTypedData({
    ...typedData,
    message: { ...typedData.message, deadline },
  })
  return { deadline: typedData.message.deadline, nonce: typedData.message.nonce, signature }
}

async function evidenceFor(role: MemberRole, { by = owner, path = 'workspaces.prepareInvite' } = {}) {
  const input = { workspaceId, address, role }
  const { data, message } = await trpc('query', path, { cookie: owner.cookie, input })
  if (!data) throw new Error(message ?? 'no typed data')
  return sign(by, data as TypedData)
}

async function invite(role: MemberRole) {
  const input = { workspaceId, address, role, evidence: await evidenceFor(role) }
  return trpc('mutation', 'workspaces.invite', { cookie: owner.cookie, input })
}

async function accept() {
  const { data } = await trpc('query', 'workspaces.myInvites', { cookie: guest.cookie })
  const [open] = data as MyInviteView[]
  return trpc('mutation', 'workspaces.acceptInvite', { cookie: guest.cookie, input: { inviteId: open?.id } })
}

async function members(): Promise<MemberView[]> {
  const { data } = await trpc('query', 'workspaces.members', { cookie: owner.cookie, input: { workspaceId } })
  return data as MemberView[]
}

async function actions(): Promise<string[]> {
  const { rows } = await pool().query<{ action: string }>(
    'select action from audit_log where workspace_id = $1 order by id',
    [workspaceId],
  )
  return rows.map((row) => row.action)
}

describe('an invitation', () => {
  test('with the owner’s signature brings the person in, and each act is on record', async () => {
    expect((await invite('APPROVER')).error).toBeNull()
    expect((await accept()).data).toEqual({ workspaceId })
    expect((await members()).map(({ role }) => role)).toEqual(['OWNER', 'APPROVER'])
    expect(await actions()).toEqual(['workspace.created', 'member.invited', 'member.joined'])
    const { rows } = await pool().query(
      'select signer, typed_data from signed_evidence where workspace_id = $1',
      [workspaceId],
    )
    expect(rows).toMatchObject([
      {
        signer: owner.account.address.toLowerCase(),
        typed_data: { message: { member: address, role: 'APPROVER' } },
      },
    ])
  })

  test('shows the invited person where it leads', async () => {
    await invite('VIEWER')
    const { data } = await trpc('query', 'workspaces.myInvites', { cookie: guest.cookie })
    expect(data).toMatchObject([
      { role: 'VIEWER', invitedBy: owner.account.address, workspace: { id: workspaceId } },
    ])
  })

  test.each<[string, (evidence: Awaited<ReturnType<typeof sign>>) => object]>([
    ['another role', (evidence) => ({ role: 'OWNER', evidence })],
    ['another address', (evidence) => ({ address: `0x${'12'.repeat(20)}`, evidence })],
    ['another nonce', (evidence) => ({ evidence: { ...evidence, nonce: `0x${'0'.repeat(64)}` } })],
    [
      'a later deadline',
      (evidence) => ({ evidence: { ...evidence, deadline: String(Number(evidence.deadline) - 1) } }),
    ],
    ['a past deadline', (evidence) => ({ evidence: { ...evidence, deadline: '1000' } })],
    ['a far deadline', (evidence) => ({ evidence: { ...evidence, deadline: '99999999999' } })],
  ])('signed for one thing does not serve for %s', async (_, change) => {
    const evidence = await evidenceFor('VIEWER')
    const input = { workspaceId, address, role: 'VIEWER', ...change(evidence) }
    const { error } = await trpc('mutation', 'workspaces.invite', { cookie: owner.cookie, input })
    // Without a chain, what no key signed may still be a smart wallet's: it is refused either way.
    expect(['evidence_invalid', 'dependency_unavailable']).toContain(error?.code)
    expect(await actions()).toEqual(['workspace.created'])
  })

  test('the same signature at once from ten tabs makes one invitation', async () => {
    const input = { workspaceId, address, role: 'VIEWER', evidence: await evidenceFor('VIEWER') }
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        trpc('mutation', 'workspaces.invite', { cookie: owner.cookie, input }),
      ),
    )
    expect(answers.filter((answer) => answer.error === null)).toHaveLength(1)
    const refusals = answers.flatMap(({ error }) => error?.code ?? [])
    expect(refusals.every((code) => code === 'CONFLICT' || code === 'evidence_invalid')).toBe(true)
  })

  test('a signature serves once, also after the invitation was taken back', async () => {
    const input = { workspaceId, address, role: 'VIEWER', evidence: await evidenceFor('VIEWER') }
    const { data } = await trpc('mutation', 'workspaces.invite', { cookie: owner.cookie, input })
    const { id } = data as { id: string }
    await trpc('mutation', 'workspaces.revokeInvite', {
      cookie: owner.cookie,
      input: { workspaceId, inviteId: id },
    })
    const again = await trpc('mutation', 'workspaces.invite', { cookie: owner.cookie, input })
    expect(again.error?.code).toBe('evidence_invalid')
  })

  test('of somebody else, declined or taken back cannot be accepted', async () => {
    const { data } = await invite('VIEWER')
    const { id } = data as { id: string }
    const other = await newPerson()
    const foreign = await trpc('mutation', 'workspaces.acceptInvite', {
      cookie: other.cookie,
      input: { inviteId: id },
    })
    expect(foreign.error?.code).toBe('not_found')
    await trpc('mutation', 'workspaces.declineInvite', { cookie: guest.cookie, input: { inviteId: id } })
    const declined = await trpc('mutation', 'workspaces.acceptInvite', {
      cookie: guest.cookie,
      input: { inviteId: id },
    })
    expect(declined.error).toMatchObject({ code: 'not_found', httpStatus: 404 })
    expect(declined.message).toBe(foreign.message)
    expect(await members()).toHaveLength(1)
  })

  test('accepted twice at once makes one member', async () => {
    await invite('ADMIN')
    const answers = await Promise.all([accept(), accept()])
    expect(answers.filter((answer) => answer.error === null)).toHaveLength(1)
    expect(await members()).toHaveLength(2)
  })

  test('a member or an invited one is a conflict', async () => {
    await invite('VIEWER')
    const input = { workspaceId, address, role: 'VIEWER' }
    expect(
      (await trpc('query', 'workspaces.prepareInvite', { cookie: owner.cookie, input })).error?.code,
    ).toBe('CONFLICT')
    await accept()
    expect(
      (await trpc('query', 'workspaces.prepareInvite', { cookie: owner.cookie, input })).error?.code,
    ).toBe('CONFLICT')
  })

  test('ends with the ownership of who signed it', async () => {
    await invite('VIEWER')
    const second = await newPerson()
    await addMember(workspaceId, second, 'OWNER')
    const input = { workspaceId, address: owner.account.address }
    expect(
      (await trpc('mutation', 'workspaces.removeMember', { cookie: second.cookie, input })).error,
    ).toBeNull()
    expect((await trpc('query', 'workspaces.myInvites', { cookie: guest.cookie })).data).toEqual([])
  })
})

describe('a role', () => {
  const change = (role: MemberRole, evidence?: object) =>
    trpc('mutation', 'workspaces.changeRole', {
      cookie: owner.cookie,
      input: { workspaceId, address, role, ...(evidence ? { evidence } : {}) },
    })

  test('is raised with an owner’s signature only', async () => {
    await addMember(workspaceId, guest, 'VIEWER')
    expect((await change('ADMIN')).error?.code).toBe('evidence_invalid')
    const evidence = await evidenceFor('ADMIN', { path: 'workspaces.prepareRoleChange' })
    expect((await change('ADMIN', evidence)).error).toBeNull()
    expect((await members()).map(({ role }) => role)).toContain('ADMIN')
    await change('VIEWER')
    expect((await change('ADMIN', evidence)).error?.code).toBe('evidence_invalid')
  })

  test('is lowered without one', async () => {
    await addMember(workspaceId, guest, 'ADMIN')
    expect((await change('VIEWER')).error).toBeNull()
    expect(await actions()).toContain('member.role_changed')
  })

  test('of nobody is 404', async () => {
    expect((await change('VIEWER')).error?.code).toBe('not_found')
  })
})

describe('the last owner', () => {
  const demote = (by: TestPerson, who: TestPerson) =>
    trpc('mutation', 'workspaces.changeRole', {
      cookie: by.cookie,
      input: { workspaceId, address: who.account.address, role: 'ADMIN' },
    })

  test('cannot be lowered, removed or leave', async () => {
    expect((await demote(owner, owner)).error).toMatchObject({ code: 'last_owner', httpStatus: 409 })
    const self = { workspaceId, address: owner.account.address }
    const removed = await trpc('mutation', 'workspaces.removeMember', { cookie: owner.cookie, input: self })
    expect(removed.error?.code).toBe('last_owner')
    const left = await trpc('mutation', 'workspaces.leave', { cookie: owner.cookie, input: { workspaceId } })
    expect(left.error?.code).toBe('last_owner')
    expect((await members())[0]?.role).toBe('OWNER')
  })

  test('stays when two owners lower each other at once, twenty times over', async () => {
    for (let round = 0; round < 20; round += 1) {
      await pool().query('delete from workspace_members where workspace_id = $1', [workspaceId])
      await addMember(workspaceId, owner, 'OWNER')
      await addMember(workspaceId, guest, 'OWNER')
      await Promise.all([demote(owner, guest), demote(guest, owner)])
      const { rows } = await pool().query(
        `select address from workspace_members where workspace_id = $1 and role = 'OWNER'`,
        [workspaceId],
      )
      expect(rows.length).toBeGreaterThanOrEqual(1)
    }
  })

  test('stays when two owners leave at once', async () => {
    await addMember(workspaceId, guest, 'OWNER')
    const leave = (who: TestPerson) =>
      trpc('mutation', 'workspaces.leave', { cookie: who.cookie, input: { workspaceId } })
    const answers = await Promise.all([leave(owner), leave(guest)])
    expect(answers.filter(({ error }) => error === null)).toHaveLength(1)
    expect(answers.find(({ error }) => error)?.error?.code).toBe('last_owner')
  })
})

describe('deleting a workspace', () => {
  const remove = (confirmSlug: string) =>
    trpc('mutation', 'workspaces.delete', { cookie: owner.cookie, input: { workspaceId, confirmSlug } })

  test('needs its slug typed, an empty pool, and frees slug and wallet', async () => {
    const { rows } = await pool().query<{ slug: string }>('select slug from workspaces where id = $1', [
      workspaceId,
    ])
    const slug = rows[0]?.slug ?? ''
    await removeManagedWallet(workspaceId)
    expect((await remove('something')).error?.code).toBe('invalid_request')
    await pool().query('insert into pool_balances (chain_id, account, balance) values (31337, $1, 5)', [
      owner.account.address.toLowerCase(),
    ])
    expect((await remove(slug)).error).toMatchObject({
      code: 'INVALID_STATE',
      details: { trackedBalance: '5' },
    })
    await pool().query('update pool_balances set balance = 0 where account = $1', [
      owner.account.address.toLowerCase(),
    ])
    expect((await remove(slug)).error).toBeNull()
    expect((await remove(slug)).error?.code).toBe('not_found')
    await newWorkspace(owner)
  })
})

test('the audit list pages by its last id and knows no foreign cursor', async () => {
  for (const name of ['One', 'Two', 'Three']) {
    await trpc('mutation', 'workspaces.update', { cookie: owner.cookie, input: { workspaceId, name } })
  }
  type Page = { entries: { id: string; action: string }[]; nextCursor: string | null }
  const page = async (cursor?: string) =>
    trpc('query', 'workspaces.audit', { cookie: owner.cookie, input: { workspaceId, limit: 3, cursor } })
  const first = (await page()).data as Page
  const second = (await page(first.nextCursor ?? '')).data as Page
  expect([...first.entries, ...second.entries].map(({ action }) => action)).toEqual([
    'workspace.updated',
    'workspace.updated',
    'workspace.updated',
    'workspace.created',
  ])
  expect(second.nextCursor).toBeNull()
  expect((await page('1')).error?.code).toBe('invalid_cursor')
})
