import { beforeAll, describe, expect, test } from 'vitest'
import { MEMBER_ROLES, type MemberRole, PERMISSIONS, type Permission } from '@/domain/roles'
import { pool } from '@/server/core/db'
import { addMember, newPerson, newWorkspace, type TestPerson, trpc } from '@/test/harness/people'
import { procedures } from '@/test/harness/procedures'

type Inputs = { workspaceId: string; slug: string }
const ABSENT = '7f9c24e8-3b12-4fef-91d0-56a2d5a3e6f1'
const NOBODY = `0x${'ab'.repeat(20)}`
const ABSENT_MANDATE = `m_${'0'.repeat(32)}`
const ABSENT_AGENT = `agt_${'0'.repeat(32)}`

const ABSENT_APPROVAL = 'A0b1C2d3E4f5G6h7I8j9K0'
const SIGNATURE = `0x${'1'.repeat(130)}`
const REFUSED_ENDPOINT = { url: 'https://10.0.0.1/', description: null, eventTypes: [] }

const evidence = { deadline: '1', nonce: `0x${'00'.repeat(32)}`, signature: '0x00' }

/**
 * A well-formed input for every procedure of the router that cannot succeed in changing anything but names of its own:
 * what is under test is who gets past the door, not what lies behind it.
 */
const INPUTS: Record<string, (of: Inputs) => unknown> = {
  'addressBook.list': ({ workspaceId }) => ({ workspaceId }),
  'addressBook.add': ({ workspaceId }) => ({ workspaceId, address: `0x${'0'.repeat(40)}`, name: 'Nobody' }),
  'addressBook.update': ({ workspaceId }) => ({ workspaceId, id: ABSENT, name: 'Nobody' }),
  'addressBook.remove': ({ workspaceId }) => ({ workspaceId, id: ABSENT }),
  'agents.list': ({ workspaceId }) => ({ workspaceId }),
  'agents.get': ({ workspaceId }) => ({ workspaceId, agentId: ABSENT_AGENT }),
  'agents.create': ({ workspaceId }) => ({ workspaceId, name: 'Agent' }),
  'agents.toLink': () => ({ agentId: ABSENT_AGENT }),
  'agents.link': ({ workspaceId }) => ({ workspaceId, agentId: ABSENT_AGENT }),
  'agents.update': ({ workspaceId }) => ({ workspaceId, agentId: ABSENT_AGENT, name: 'Renamed' }),
  'agents.rotate': ({ workspaceId }) => ({ workspaceId, agentId: ABSENT_AGENT }),
  'agents.revoke': ({ workspaceId }) => ({ workspaceId, agentId: ABSENT_AGENT }),
  'agents.unlinkWallet': ({ workspaceId }) => ({ workspaceId, agentId: ABSENT_AGENT, address: NOBODY }),
  'approvals.list': ({ workspaceId }) => ({ workspaceId }),
  'approvals.count': ({ workspaceId }) => ({ workspaceId }),
  'approvals.toApproveMany': ({ workspaceId }) => ({ workspaceId, approvalIds: [ABSENT_APPROVAL] }),
  'approvals.approveMany': ({ workspaceId }) => ({
    workspaceId,
    approvalIds: [ABSENT_APPROVAL],
    signature: SIGNATURE,
  }),
  'auth.me': () => undefined,
  'auth.sessions': () => undefined,
  'auth.revokeSession': () => ({ sessionId: ABSENT }),
  'auth.revokeAllSessions': () => ({ keepsCurrent: true }),
  'balance.list': ({ workspaceId }) => ({ workspaceId }),
  'balance.get': ({ workspaceId }) => ({ workspaceId, agentId: ABSENT }),
  'balance.entries': ({ workspaceId }) => ({ workspaceId, agentId: ABSENT }),
  'balance.spend': ({ workspaceId }) => ({ workspaceId, agentId: ABSENT }),
  'balance.setThreshold': ({ workspaceId }) => ({ workspaceId, agentId: ABSENT, threshold: '1' }),
  'balance.move': ({ workspaceId }) => ({
    workspaceId,
    fromAgentId: ABSENT,
    toAgentId: NOBODY,
    amount: '1',
    idempotencyKey: ABSENT,
  }),
  'balance.refundCharge': ({ workspaceId }) => ({ workspaceId, chargeId: ABSENT, reason: 'A test' }),
  'config.get': () => undefined,
  'deposits.receiveAddress': ({ workspaceId }) => ({ workspaceId, agentId: ABSENT_AGENT }),
  'deposits.list': ({ workspaceId }) => ({ workspaceId, agentId: ABSENT_AGENT }),
  'deposits.claim': ({ workspaceId }) => ({
    workspaceId,
    agentId: ABSENT_AGENT,
    txHash: `0x${'1'.repeat(64)}`,
    chainId: 31337,
  }),
  'instance.status': () => undefined,
  'instance.resolveAlarm': () => ({ alarmId: ABSENT }),
  'instance.returnDeposit': () => ({ depositId: ABSENT }),
  'withdrawals.list': ({ workspaceId }) => ({ workspaceId }),
  'withdrawals.requestBalanceRefund': ({ workspaceId }) => ({
    workspaceId,
    agentId: ABSENT_AGENT,
    toAddress: NOBODY,
    amountUsdc: '1000000',
    idempotencyKey: ABSENT,
  }),
  'withdrawals.requestRevenueWithdrawal': ({ workspaceId }) => ({
    workspaceId,
    amountUsdc: '1000000',
    idempotencyKey: ABSENT,
  }),
  'withdrawals.refundTargets': ({ workspaceId }) => ({ workspaceId, agentId: ABSENT_AGENT }),
  'withdrawals.revenue': ({ workspaceId }) => ({ workspaceId }),
  'mandates.list': ({ workspaceId }) => ({ workspaceId }),
  'mandates.create': ({ workspaceId }) => ({
    workspaceId,
    agentId: ABSENT_AGENT,
    naturalLanguage: 'Pay the suppliers',
    limitAmount: '1000000',
    validForSeconds: 3600,
  }),
  'mandates.get': () => ({ mandateId: ABSENT_MANDATE }),
  'mandates.toSign': () => ({ mandateId: ABSENT_MANDATE }),
  'mandates.sign': () => ({ mandateId: ABSENT_MANDATE, signature: '0x00' }),
  'mandates.setEnabled': () => ({ mandateId: ABSENT_MANDATE, isEnabled: false }),
  'mandates.revoke': () => ({ mandateId: ABSENT_MANDATE }),
  'instance.unattributedDeposits': () => undefined,
  'instance.attributeDeposit': () => ({ depositId: ABSENT, agentId: ABSENT_AGENT }),
  'payouts.toApprove': () => ({ approvalId: ABSENT_APPROVAL }),
  'payouts.approve': () => ({ approvalId: ABSENT_APPROVAL, signature: SIGNATURE }),
  'payouts.deny': () => ({ approvalId: ABSENT_APPROVAL }),
  'pricedApis.list': ({ workspaceId }) => ({ workspaceId }),
  'pricedApis.create': ({ workspaceId }) => ({
    workspaceId,
    slug: 'not-an-upstream',
    name: 'Not an upstream',
    upstreamUrl: 'https://10.0.0.1/',
    priceMicroUsdc: '1',
    timeoutSeconds: 30,
    secretHeader: null,
  }),
  'pricedApis.update': ({ workspaceId }) => ({
    workspaceId,
    id: ABSENT,
    name: 'Renamed',
    upstreamUrl: 'http://127.0.0.1:4149/',
    priceMicroUsdc: '1',
    timeoutSeconds: 30,
    secretHeader: 'keep',
  }),
  'pricedApis.setActive': ({ workspaceId }) => ({ workspaceId, id: ABSENT, isActive: false }),
  'pricedApis.remove': ({ workspaceId }) => ({ workspaceId, id: ABSENT, confirmSlug: 'not-there' }),
  'pricedApis.revenue': ({ workspaceId }) => ({ workspaceId }),
  'wallet.get': ({ workspaceId }) => ({ workspaceId }),
  'wallet.managed': ({ workspaceId }) => ({ workspaceId }),
  'wallet.sweep': ({ workspaceId }) => ({ workspaceId, amountUsdc: '1', idempotencyKey: ABSENT }),
  'wallet.events': ({ workspaceId }) => ({ workspaceId }),
  'wallet.pending': ({ workspaceId }) => ({ workspaceId }),
  'wallet.history': ({ workspaceId }) => ({ workspaceId }),
  'payouts.list': ({ workspaceId }) => ({ workspaceId }),
  'payouts.counts': ({ workspaceId }) => ({ workspaceId }),
  'payouts.get': ({ workspaceId }) => ({ workspaceId, id: ABSENT }),
  'payouts.onChain': ({ workspaceId }) => ({ workspaceId, id: ABSENT }),
  'payouts.cancel': ({ workspaceId }) => ({ workspaceId, payoutId: 'absent' }),
  'policies.get': ({ workspaceId }) => ({ workspaceId }),
  'policies.openPayouts': ({ workspaceId }) => ({ workspaceId }),
  'policies.prepareChange': ({ workspaceId }) => ({ workspaceId, twoApproversFrom: '1000000' }),
  'policies.update': ({ workspaceId }) => ({ workspaceId, twoApproversFrom: null }),
  'policies.stopPayouts': ({ workspaceId }) => ({ workspaceId }),
  'policies.prepareResume': ({ workspaceId }) => ({ workspaceId }),
  'policies.resumePayouts': ({ workspaceId }) => ({ workspaceId, evidence }),
  'wallet.alarms': ({ workspaceId }) => ({ workspaceId }),
  'wallet.authorizeDeposit': ({ workspaceId }) => ({
    workspaceId,
    value: '1000000',
    validAfter: '0',
    validBefore: '99999999999',
    nonce: `0x${'1'.repeat(64)}`,
    signature: `0x${'1'.repeat(130)}`,
  }),
  'wallet.depositAuthorizations': ({ workspaceId }) => ({ workspaceId }),
  'wallet.startOnramp': ({ workspaceId }) => ({ workspaceId }),
  'webhooks.list': ({ workspaceId }) => ({ workspaceId }),
  'webhooks.create': ({ workspaceId }) => ({ workspaceId, ...REFUSED_ENDPOINT }),
  'webhooks.update': ({ workspaceId }) => ({ workspaceId, id: ABSENT, ...REFUSED_ENDPOINT }),
  'webhooks.setEnabled': ({ workspaceId }) => ({ workspaceId, id: ABSENT, isEnabled: false }),
  'webhooks.remove': ({ workspaceId }) => ({ workspaceId, id: ABSENT }),
  'webhooks.rotateSecret': ({ workspaceId }) => ({ workspaceId, id: ABSENT }),
  'webhooks.sendTest': ({ workspaceId }) => ({ workspaceId, id: ABSENT }),
  'webhooks.deliveries': ({ workspaceId }) => ({ workspaceId }),
  'webhooks.delivery': ({ workspaceId }) => ({ workspaceId, id: ABSENT }),
  'webhooks.replay': ({ workspaceId }) => ({ workspaceId, id: ABSENT }),
  'webhooks.replayMissed': ({ workspaceId }) => ({ workspaceId, id: ABSENT, since: '2026-01-01T00:00:00Z' }),
  'webhooks.defaultSecret.get': ({ workspaceId }) => ({ workspaceId }),
  'webhooks.defaultSecret.rotate': ({ workspaceId }) => ({ workspaceId }),
  'workspaces.list': () => undefined,
  'workspaces.bySlug': ({ slug }) => ({ slug }),
  'workspaces.create': ({ slug }) => ({ slug, name: 'Taken', roles: ['CONSUMER'] }),
  'workspaces.update': ({ workspaceId }) => ({ workspaceId, name: 'Renamed' }),
  'workspaces.delete': ({ workspaceId }) => ({ workspaceId, confirmSlug: 'not its slug' }),
  'workspaces.audit': ({ workspaceId }) => ({ workspaceId }),
  'workspaces.members': ({ workspaceId }) => ({ workspaceId }),
  'workspaces.prepareRoleChange': ({ workspaceId }) => ({ workspaceId, address: NOBODY, role: 'ADMIN' }),
  'workspaces.changeRole': ({ workspaceId }) => ({ workspaceId, address: NOBODY, role: 'ADMIN' }),
  'workspaces.removeMember': ({ workspaceId }) => ({ workspaceId, address: NOBODY }),
  'workspaces.leave': ({ workspaceId }) => ({ workspaceId }),
  'workspaces.invites': ({ workspaceId }) => ({ workspaceId }),
  'workspaces.prepareInvite': ({ workspaceId }) => ({ workspaceId, address: NOBODY, role: 'VIEWER' }),
  'workspaces.invite': ({ workspaceId }) => ({ workspaceId, address: NOBODY, role: 'VIEWER', evidence }),
  'workspaces.revokeInvite': ({ workspaceId }) => ({ workspaceId, inviteId: ABSENT }),
  'workspaces.myInvites': () => undefined,
  'workspaces.acceptInvite': () => ({ inviteId: ABSENT }),
  'workspaces.declineInvite': () => ({ inviteId: ABSENT }),
}

const ofWorkspace = procedures.filter(({ access }) => access !== undefined && access in PERMISSIONS)

let of: Inputs
let outsider: TestPerson
const members = new Map<MemberRole, TestPerson>()

beforeAll(async () => {
  const founder = await newPerson()
  const { id, slug } = await newWorkspace(founder)
  of = { workspaceId: id, slug }
  outsider = await newPerson()
  await newWorkspace(outsider)
  for (const role of MEMBER_ROLES) {
    const person = await newPerson()
    await addMember(id, person, role)
    members.set(role, person)
  }
})

test('every procedure of the router is in the matrix and says who may call it', () => {
  expect(Object.keys(INPUTS).sort()).toEqual(procedures.map(({ path }) => path).sort())
  expect(procedures.filter(({ access }) => access === undefined)).toEqual([])
})

const call = (path: string, type: 'query' | 'mutation', input: unknown, cookie?: string) =>
  trpc(type, path, { input, cookie })

const inputOf = (path: string, inputs = of) => INPUTS[path]?.(inputs)

/** Everything that belongs to the workspace, as the database has it. */
async function snapshot(): Promise<string> {
  const { rows } = await pool().query(
    `select (select jsonb_agg(w order by w.id) from workspaces w) as workspaces,
            (select jsonb_agg(m order by m.workspace_id, m.address) from workspace_members m) as members,
            (select jsonb_agg(i order by i.id) from workspace_invites i) as invites,
            (select jsonb_agg(a order by a.id) from agents a) as agents,
            (select count(*)::int from audit_log) as acts`,
  )
  return JSON.stringify(rows)
}

describe.each(procedures)('$path', ({ path, type, access }) => {
  test(access === 'public' ? 'answers anybody' : 'answers nobody who is not signed in', async () => {
    const before = await snapshot()
    const { error } = await call(path, type, inputOf(path))
    if (access === 'public') expect(error).toBeNull()
    else expect(error).toMatchObject({ code: 'unauthenticated', httpStatus: 401 })
    expect(await snapshot()).toBe(before)
  })
})

describe.each(ofWorkspace)('$path of a workspace', ({ path, type, access }) => {
  test('an outsider gets the 404 of a workspace that never existed, and the rows stay as they were', async () => {
    const before = await snapshot()
    const foreign = await call(path, type, inputOf(path), outsider.cookie)
    const absent = await call(
      path,
      type,
      inputOf(path, { workspaceId: ABSENT, slug: 'never-there' }),
      outsider.cookie,
    )
    expect(foreign.error).toMatchObject({ code: 'not_found', httpStatus: 404 })
    expect(foreign.message).toBe(absent.message)
    expect({ ...foreign.error, requestId: null }).toEqual({ ...absent.error, requestId: null })
    expect(await snapshot()).toBe(before)
  })

  test.each(MEMBER_ROLES.map((role) => [role]))(
    '%s is let in exactly when the table of roles says so',
    async (role) => {
      const isAllowed = (PERMISSIONS[access as Permission] as readonly MemberRole[]).includes(role)
      const before = await snapshot()
      // Leaving would end the row's other tests; an owner of several may, so the door alone is asked, without a body for it.
      const input =
        path === 'workspaces.leave' ? { ...(inputOf(path) as object), extra: true } : inputOf(path)
      const { error } = await call(path, type, input, members.get(role)?.cookie)
      if (isAllowed) expect(error?.code).not.toBe('not_authorized')
      else {
        expect(error).toMatchObject({ code: 'not_authorized', httpStatus: 403 })
        expect(await snapshot()).toBe(before)
      }
      expect(error?.code).not.toBe('internal_error')
    },
  )
})

test('bySlug of a foreign slug is the same 404 as of an unknown one', async () => {
  const foreign = await call('workspaces.bySlug', 'query', { slug: of.slug }, outsider.cookie)
  const absent = await call('workspaces.bySlug', 'query', { slug: 'never-there' }, outsider.cookie)
  expect(foreign.error?.code).toBe('not_found')
  expect({ ...foreign, error: { ...foreign.error, requestId: null } }).toEqual({
    ...absent,
    error: { ...absent.error, requestId: null },
  })
})

test.each(procedures.filter(({ access }) => access === 'instance-admin'))(
  '$path does not exist for an owner of a workspace',
  async ({ path, type }) => {
    const { error } = await call(path, type, inputOf(path), members.get('OWNER')?.cookie)
    expect(error).toMatchObject({ code: 'not_found', httpStatus: 404 })
  },
)

test('a revoked session is nobody, at once', async () => {
  const person = await newPerson()
  const sessions = await call('auth.sessions', 'query', undefined, person.cookie)
  const [{ id }] = sessions.data as [{ id: string }]
  const foreign = await call('auth.revokeSession', 'mutation', { sessionId: id }, outsider.cookie)
  expect(foreign.error?.code).toBe('not_found')
  expect((await call('auth.revokeSession', 'mutation', { sessionId: id }, person.cookie)).error).toBeNull()
  expect((await call('workspaces.list', 'query', undefined, person.cookie)).error?.code).toBe(
    'unauthenticated',
  )
})

test('rights that begin later count as VIEWER until then', async () => {
  const person = await newPerson()
  await addMember(of.workspaceId, person, 'ADMIN')
  await pool().query(
    `update workspace_members set rights_from = now() + interval '1 hour' where address = $1`,
    [person.account.address.toLowerCase()],
  )
  const update = { workspaceId: of.workspaceId, name: 'Renamed' }
  const refused = await call('workspaces.update', 'mutation', update, person.cookie)
  expect(refused.error).toMatchObject({ code: 'not_authorized', details: { role: 'VIEWER' } })
  expect(
    (await call('workspaces.members', 'query', { workspaceId: of.workspaceId }, person.cookie)).error,
  ).toBeNull()
})

test('without workspaceId the only workspace is meant; with none or several the answer says so', async () => {
  const person = await newPerson()
  const none = await call('wallet.pending', 'query', {}, person.cookie)
  expect(none.error).toMatchObject({ code: 'INVALID_INPUT', details: { workspaceNotSelected: true } })
  await newWorkspace(person)
  expect((await call('wallet.pending', 'query', {}, person.cookie)).error).toBeNull()
  await addMember(of.workspaceId, person, 'VIEWER')
  const several = await call('wallet.pending', 'query', {}, person.cookie)
  expect(several.error).toMatchObject({ code: 'INVALID_INPUT', details: { workspaceNotSelected: true } })
})
