import { beforeEach, describe, expect, test } from 'vitest'
import type { PolicyTypedData, PolicyView } from '@/domain/policy'
import { pool } from '@/server/core/db'
import { createTestAgent, createTestMandate, type TestAgent } from '@/test/harness/factories'
import { createPayoutRow, movePayoutRow } from '@/test/harness/payout-rows'
import { addMember, newPerson, newWorkspace, type TestPerson, trpc } from '@/test/harness/people'

const USDC = 1_000_000n

let owner: TestPerson
let approver: TestPerson
let agent: TestAgent
let workspaceId: string

beforeEach(async () => {
  owner = await newPerson()
  approver = await newPerson()
  workspaceId = (await newWorkspace(owner)).id
  await addMember(workspaceId, approver, 'APPROVER')
  agent = await createTestAgent({ workspaceId })
})

const ask = (type: 'query' | 'mutation', path: string, input: object = {}, by = owner) =>
  trpc(type, `policies.${path}`, { cookie: by.cookie, input: { workspaceId, ...input } })

async function sign(by: TestPerson, typedData: PolicyTypedData) {
  const { deadline, nonce } = typedData.message
  // The two kinds differ in their fields only; the account takes either.
  const toSign = { ...typedData, message: { ...typedData.message, deadline: BigInt(deadline) } }
  const signature = await by.account.signTypedData(toSign as Parameters<typeof by.account.signTypedData>[0])
  return { deadline, nonce, signature }
}

async function evidenceFor(path: 'prepareChange' | 'prepareResume', input: object = {}, by = owner) {
  const { data, message } = await ask('query', path, input)
  if (!data) throw new Error(message ?? 'no typed data')
  return sign(by, data as PolicyTypedData)
}

const policy = async () => (await ask('query', 'get')).data as PolicyView

async function acts(): Promise<{ action: string; details: Record<string, unknown> }[]> {
  const { rows } = await pool().query<{ action: string; details: Record<string, unknown> }>(
    `select action, details from audit_log where workspace_id = $1 and action in ('policy.changed', 'payouts.stopped', 'payouts.resumed') order by id`,
    [workspaceId],
  )
  return rows
}

async function statuses(): Promise<string[]> {
  const { rows } = await pool().query<{ state: string }>(
    'select coalesce(failure_reason, status::text) as state from payouts where workspace_id = $1 order by created_at, id',
    [workspaceId],
  )
  return rows.map(({ state }) => state)
}

const tighten = (amount: bigint | null) =>
  ask('mutation', 'update', { twoApproversFrom: amount?.toString() ?? null })

// Without a chain, what no key signed may still be a smart wallet's: it is refused either way.
const REFUSED = ['evidence_invalid', 'dependency_unavailable']

describe('the two-approver policy', () => {
  test('is tightened at once, without a signature', async () => {
    expect(await policy()).toEqual({ twoApproversFrom: null, stopped: null })
    expect((await tighten(100n * USDC)).error).toBeNull()
    expect((await tighten(50n * USDC)).data).toMatchObject({ twoApproversFrom: '50000000' })
    expect((await acts()).map(({ details }) => [details.from, details.to])).toEqual([
      [null, '100000000'],
      ['100000000', '50000000'],
    ])
  })

  test('is lowered with the owner’s signature over what was and what will be, which is kept', async () => {
    await tighten(50n * USDC)
    const change = { twoApproversFrom: '80000000' }
    const evidence = await evidenceFor('prepareChange', change)
    expect((await ask('mutation', 'update', { ...change, evidence })).error).toBeNull()
    const none = { twoApproversFrom: null }
    expect(
      (await ask('mutation', 'update', { ...none, evidence: await evidenceFor('prepareChange', none) }))
        .error,
    ).toBeNull()
    expect((await policy()).twoApproversFrom).toBeNull()
    const { rows } = await pool().query(
      'select kind, signer, typed_data from signed_evidence where workspace_id = $1 order by created_at',
      [workspaceId],
    )
    const signer = owner.account.address.toLowerCase()
    expect(rows).toMatchObject([
      {
        kind: 'policy_change',
        signer,
        typed_data: { message: { twoApproversFromBefore: '50000000', twoApproversFrom: '80000000' } },
      },
      {
        kind: 'policy_change',
        signer,
        typed_data: { message: { twoApproversFromBefore: '80000000', twoApproversFrom: '0' } },
      },
    ])
  })

  test.each<[string, (evidence: Awaited<ReturnType<typeof sign>>) => object]>([
    ['no signature', () => ({})],
    ['a signature over another amount', (evidence) => ({ twoApproversFrom: '90000000', evidence })],
    ['another nonce', (evidence) => ({ evidence: { ...evidence, nonce: `0x${'0'.repeat(64)}` } })],
    ['a past deadline', (evidence) => ({ evidence: { ...evidence, deadline: '1000' } })],
    ['a far deadline', (evidence) => ({ evidence: { ...evidence, deadline: '99999999999' } })],
  ])('is not lowered by %s', async (_, change) => {
    await tighten(50n * USDC)
    const asked = { twoApproversFrom: '80000000' }
    const evidence = await evidenceFor('prepareChange', asked)
    const { error } = await ask('mutation', 'update', { ...asked, ...change(evidence) })
    expect(REFUSED).toContain(error?.code)
    expect((await policy()).twoApproversFrom).toBe('50000000')
    expect(await acts()).toHaveLength(1)
  })

  test('is not lowered by the signature of somebody else, and not by an approver', async () => {
    await tighten(50n * USDC)
    const asked = { twoApproversFrom: null }
    const forged = await evidenceFor('prepareChange', asked, approver)
    expect(REFUSED).toContain((await ask('mutation', 'update', { ...asked, evidence: forged })).error?.code)
    const evidence = await evidenceFor('prepareChange', asked)
    const { error } = await ask('mutation', 'update', { ...asked, evidence }, approver)
    expect(error?.code).toBe('not_authorized')
    expect((await policy()).twoApproversFrom).toBe('50000000')
  })

  test('a signature serves once, also when the amounts are the same again', async () => {
    await tighten(50n * USDC)
    const asked = { twoApproversFrom: null }
    const evidence = await evidenceFor('prepareChange', asked)
    expect((await ask('mutation', 'update', { ...asked, evidence })).error).toBeNull()
    await tighten(50n * USDC)
    expect((await ask('mutation', 'update', { ...asked, evidence })).error?.code).toBe('evidence_invalid')
    expect((await policy()).twoApproversFrom).toBe('50000000')
  })

  test('a signature over an older policy does not serve for the present one', async () => {
    await tighten(50n * USDC)
    const asked = { twoApproversFrom: null }
    const evidence = await evidenceFor('prepareChange', asked)
    await tighten(10n * USDC)
    expect(REFUSED).toContain((await ask('mutation', 'update', { ...asked, evidence })).error?.code)
    expect((await policy()).twoApproversFrom).toBe('10000000')
  })

  test.each(['0', '-1', '1.5', '01', '1e9', ''])('an amount of %j is refused', async (twoApproversFrom) => {
    expect((await ask('mutation', 'update', { twoApproversFrom })).error?.code).toBe('invalid_request')
  })

  test('tightened, it sends large mandates with one signature back for a second one; what they pay already stays', async () => {
    const large = await createTestMandate(agent, { limitAmount: 100n * USDC })
    const small = await createTestMandate(agent, { limitAmount: 99n * USDC })
    const draft = await createTestMandate(agent, { limitAmount: 500n * USDC, isDraft: true })
    await createPayoutRow(agent, { mandateId: large })
    expect((await tighten(100n * USDC)).data).toMatchObject({ mandatesSentBack: 1 })
    const { rows } = await pool().query<{
      id: string
      status: string
      required: number
      isWeek: boolean
      pending: bigint
    }>(
      `select id, status, required_signatures as required, link_expires_at > now() + interval '6 days' as "isWeek",
              pending_spent_amount as pending from mandates where workspace_id = $1`,
      [workspaceId],
    )
    const of = (id: string) => rows.find((row) => row.id === id)
    expect(of(large)).toMatchObject({ status: 'pending_signature', required: 2, isWeek: true, pending: USDC })
    expect(of(small)).toMatchObject({ status: 'signed', required: 1 })
    expect(of(draft)).toMatchObject({ status: 'pending_signature', required: 2, isWeek: false })
    expect(await statuses()).toEqual(['authorized'])
    expect((await createPayoutRow(agent, { mandateId: large })).outcome).toBe('mandate_not_signed')
  })
})

describe('the kill switch', () => {
  async function asked() {
    const mandateId = await createTestMandate(agent)
    const authorized = await createPayoutRow(agent, { mandateId })
    const waiting = await createPayoutRow(agent)
    const signed = await createPayoutRow(agent, { mandateId })
    await movePayoutRow(signed.id, 'signing', { from: 'authorized' })
    await movePayoutRow(signed.id, 'signed', {
      from: 'signing',
      changes: { nonce: `0x1${signed.id}`, signature: '0x2', validBefore: 9 },
    })
    const signing = await createPayoutRow(agent, { mandateId })
    await movePayoutRow(signing.id, 'signing', { from: 'authorized' })
    return { mandateId, authorized, waiting, signed, signing }
  }

  test('an approver ends what is not signed, gives budgets back, and nothing more is created', async () => {
    const { mandateId } = await asked()
    const open = (await ask('query', 'openPayouts', {}, approver)).data
    expect(open).toMatchObject({
      waiting: { count: 1, amount: '1000000' },
      authorized: { count: 2 },
      signed: { count: 1 },
    })
    const { data } = await ask('mutation', 'stopPayouts', { note: 'the agent ran wild' }, approver)
    expect(data).toMatchObject({
      ended: 3,
      stopped: { by: approver.account.address, note: 'the agent ran wild' },
    })
    expect(await statuses()).toEqual(['killed', 'killed', 'signed', 'signing_failed:killed'])
    const { rows } = await pool().query(
      'select pending_spent_amount as pending from mandates where id = $1',
      [mandateId],
    )
    expect(rows).toEqual([{ pending: USDC }])
    expect((await createPayoutRow(agent)).outcome).toBe('killed')
    expect(await acts()).toMatchObject([
      { action: 'payouts.stopped', details: { ended: 3, amount: '3000000' } },
    ])
  })

  test('stopped twice it is stopped once; a viewer and an outsider stop nothing', async () => {
    const viewer = await newPerson()
    await addMember(workspaceId, viewer, 'VIEWER')
    await createPayoutRow(agent)
    expect((await ask('mutation', 'stopPayouts', {}, viewer)).error?.code).toBe('not_authorized')
    expect((await ask('mutation', 'stopPayouts', {}, await newPerson())).error?.code).toBe('not_found')
    expect(await statuses()).toEqual(['pending_authorization'])
    const first = (await ask('mutation', 'stopPayouts', { note: 'first' })).data as PolicyView
    const second = (await ask('mutation', 'stopPayouts', { note: 'second' }, approver)).data as PolicyView
    expect(second).toMatchObject({ stopped: first.stopped, ended: 0 })
    expect(await acts()).toHaveLength(1)
  })

  test('what a stop that was cut off left open is ended by its repeat, and by the resume', async () => {
    const left = await createPayoutRow(agent)
    await pool().query('select payouts_stop($1, $2, null, null)', [
      workspaceId,
      owner.account.address.toLowerCase(),
    ])
    expect(await statuses()).toEqual(['pending_authorization'])
    expect(
      (await ask('mutation', 'resumePayouts', { evidence: await evidenceFor('prepareResume') })).error,
    ).toBeNull()
    expect(await statuses()).toEqual(['killed'])
    expect(left.outcome).toBe('created')
  })

  test('an owner’s signature lets payouts go on; what was ended stays ended', async () => {
    await asked()
    await ask('mutation', 'stopPayouts')
    const evidence = await evidenceFor('prepareResume')
    expect((await ask('mutation', 'resumePayouts', { evidence }, approver)).error?.code).toBe(
      'not_authorized',
    )
    expect((await ask('mutation', 'resumePayouts', { evidence })).data).toMatchObject({ stopped: null })
    expect((await ask('mutation', 'resumePayouts', { evidence })).data).toMatchObject({ stopped: null })
    expect(await statuses()).toEqual(['killed', 'killed', 'signed', 'signing_failed:killed'])
    expect((await createPayoutRow(agent)).outcome).toBe('created')
    expect((await acts()).map(({ action }) => action)).toEqual(['payouts.stopped', 'payouts.resumed'])
  })

  test('a forged signature, one of an earlier stop and one that served do not resume', async () => {
    await ask('mutation', 'stopPayouts')
    const forged = await evidenceFor('prepareResume', {}, approver)
    expect(REFUSED).toContain((await ask('mutation', 'resumePayouts', { evidence: forged })).error?.code)
    const [spare, evidence] = [await evidenceFor('prepareResume'), await evidenceFor('prepareResume')]
    expect((await ask('mutation', 'resumePayouts', { evidence })).error).toBeNull()
    await ask('mutation', 'stopPayouts')
    for (const old of [spare, evidence]) {
      expect(REFUSED).toContain((await ask('mutation', 'resumePayouts', { evidence: old })).error?.code)
    }
    expect((await policy()).stopped).not.toBeNull()
  })

  test('ten resumes at once with one signature resume once', async () => {
    await ask('mutation', 'stopPayouts')
    const evidence = await evidenceFor('prepareResume')
    await Promise.all(Array.from({ length: 10 }, () => ask('mutation', 'resumePayouts', { evidence })))
    expect((await policy()).stopped).toBeNull()
    expect((await acts()).map(({ action }) => action)).toEqual(['payouts.stopped', 'payouts.resumed'])
  })

  test('set while payouts are created, approved and denied, it leaves none of them waiting or authorized', async () => {
    const mandates = await Promise.all(Array.from({ length: 3 }, () => createTestMandate(agent)))
    const waiting = await Promise.all(Array.from({ length: 20 }, () => createPayoutRow(agent)))
    const creations = Array.from({ length: 60 }, (_, index) =>
      createPayoutRow(agent, index % 4 === 3 ? {} : { mandateId: mandates[index % 4] ?? '' }),
    )
    const decisions = waiting.map(({ id }, index) =>
      pool().query('select payout_move($1, array[$2]::payout_status[], $3, $4, $5)', [
        id,
        'pending_authorization',
        index % 2 ? 'failed' : 'authorized',
        index % 2 ? 'user_denied' : null,
        owner.account.address.toLowerCase(),
      ]),
    )
    const [stop, outcomes] = await Promise.all([
      ask('mutation', 'stopPayouts'),
      Promise.all(creations),
      Promise.all(decisions),
    ])
    expect(stop.error).toBeNull()
    expect(outcomes.filter(({ outcome }) => outcome !== 'created' && outcome !== 'killed')).toEqual([])
    expect((await statuses()).filter((state) => state !== 'killed' && state !== 'user_denied')).toEqual([])
    const { rows } = await pool().query(
      'select sum(pending_spent_amount) as held from mandates where workspace_id = $1',
      [workspaceId],
    )
    expect(rows).toEqual([{ held: 0n }])
  })
})
