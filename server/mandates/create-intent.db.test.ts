import { beforeAll, describe, expect, test } from 'vitest'
import { agentStatusView } from '@/domain/agent-status'
import { mandateView } from '@/domain/mandate'
import { pool } from '@/server/core/db'
import {
  createTestAgent,
  createTestMandate,
  createTestWorkspace,
  type TestAgent,
} from '@/test/harness/factories'
import { askForMandate, INTENT, newDraft, newSignedMandate } from '@/test/harness/mandates'
import { expectProblem, newPerson, newWorkspace, rest, trpc } from '@/test/harness/people'
import { bearer, register } from '@/test/harness/registered-agent'

const ORIGIN = 'http://localhost:3000'
const SUPPLIER = `0x${'ab'.repeat(20)}`
let agent: TestAgent
beforeAll(async () => {
  agent = await createTestAgent({ workspaceId: (await createTestWorkspace()).id })
})

const read = (id: string, of = agent) => rest('GET', `/api/mandates/agent/${id}`, { headers: of.headers })

describe('create-intent', () => {
  test('answers the draft, its page and the end of the link in ten minutes', async () => {
    const asked = Date.now()
    const response = await askForMandate(agent)
    const answer = (await response.json()) as { mandateId: string; expiresAt: string }
    expect(answer).toEqual({
      status: 'ok',
      mandateId: expect.stringMatching(/^m_[0-9a-f]{32}$/),
      authorizationUrl: `${ORIGIN}/mandate/${answer.mandateId}`,
      expiresAt: expect.any(String),
      agentStatus: 'ready',
    })
    const lives = Date.parse(answer.expiresAt) - asked
    expect(Math.abs(lives - 600_000)).toBeLessThan(30_000)
  })

  test('keeps every field, and its time counts from the second it was asked for', async () => {
    const id = await newDraft(agent, {
      category: 'invoices',
      hostAllowlist: ['API.example.com'],
      maxAmountPerTx: '5000000',
      recipientAllowlist: [SUPPLIER],
      period: { seconds: 3600, limit: '10000000' },
    })
    const { status, mandate } = (await (await read(id)).json()) as { status: string; mandate: unknown }
    expect(status).toBe('ok')
    const view = mandateView.parse(mandate)
    expect(view).toMatchObject({
      mandateId: id,
      agentId: agent.agentId,
      status: 'pending_signature',
      isEnabled: true,
      naturalLanguage: 'Pay the suppliers',
      category: 'invoices',
      currency: 'USDC',
      limitAmount: '100000000',
      spentAmount: '0',
      pendingSpentAmount: '0',
      remainingAmount: '100000000',
      hostAllowlist: ['api.example.com'],
      recipientAllowlist: ['0xABaBaBaBABabABabAbAbABAbABabababaBaBABaB'],
      maxAmountPerTx: '5000000',
      period: { seconds: 3600, limit: '10000000' },
      mandateHash: null,
      signedAt: null,
      signUrl: `${ORIGIN}/mandate/${id}`,
    })
    expect(Date.parse(view.validUntil) - Date.parse(view.validFrom)).toBe(86_400_000)
    expect(view.validFrom).toMatch(/:\d\d\.000Z$/)
  })

  test('defaults are the documented ones', async () => {
    const { mandate } = (await (await read(await newDraft(agent))).json()) as { mandate: object }
    expect(mandate).toMatchObject({
      category: 'general',
      currency: 'USDC',
      hostAllowlist: null,
      recipientAllowlist: null,
      maxAmountPerTx: null,
      period: null,
    })
  })

  const many = Array.from({ length: 51 }, (_, index) => `0x${index.toString(16).padStart(40, '0')}`)
  test.each([
    ['naturalLanguage', ''],
    ['naturalLanguage', ' '],
    ['naturalLanguage', 'x'.repeat(501)],
    ['naturalLanguage', 'Pay \u202egnihton'],
    ['naturalLanguage', 7],
    ['limitAmount', '0'],
    ['limitAmount', '-1'],
    ['limitAmount', '01'],
    ['limitAmount', '1.5'],
    ['limitAmount', 1],
    ['limitAmount', '9'.repeat(79)],
    ['limitAmount', (2n ** 256n).toString()],
    ['validForSeconds', 0],
    ['validForSeconds', 1.5],
    ['validForSeconds', '3600'],
    ['validForSeconds', 31_536_001],
    ['currency', ''],
    ['currency', 7],
    ['category', ''],
    ['category', 'x'.repeat(65)],
    ['hostAllowlist', 'example.com'],
    ['hostAllowlist.0', ['https://example.com/']],
    ['maxAmountPerTx', '0'],
    ['maxAmountPerTx', 5],
    ['recipientAllowlist.0', ['0x12']],
    ['recipientAllowlist', many],
    ['recipientAllowlist', [SUPPLIER, SUPPLIER.toUpperCase().replace('0X', '0x')]],
    ['period.limit', { seconds: 60 }],
    ['period.seconds', { seconds: 0, limit: '1' }],
    ['period', 'daily'],
  ])('refuses a wrong %s and keeps nothing', async (path, value) => {
    const [field = ''] = path.split('.')
    const before = await pool().query('select count(*) from mandates')
    const problem = await expectProblem(
      await askForMandate(agent, { [field]: value }),
      400,
      'invalid_request',
    )
    expect(problem.errors?.map((error) => error.path)).toContain(`intent.${path}`)
    expect((await pool().query('select count(*) from mandates')).rows).toEqual(before.rows)
  })

  test('names every wrong field at once, and refuses fields it does not know', async () => {
    const response = await askForMandate(agent, { limitAmount: '0', validForSeconds: 0, purpose: 'x' })
    const { errors } = await expectProblem(response, 400, 'invalid_request')
    expect(errors?.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['intent.limitAmount', 'intent.validForSeconds']),
    )
    expect(errors).toHaveLength(3)
  })

  test('another currency is unsupported_asset', async () => {
    await expectProblem(await askForMandate(agent, { currency: 'XRP' }), 400, 'unsupported_asset')
  })

  test('the longest terms are taken', async () => {
    await newDraft(agent, {
      naturalLanguage: 'x'.repeat(500),
      limitAmount: (2n ** 256n - 1n).toString(),
      validForSeconds: 31_536_000,
      recipientAllowlist: many.slice(0, 50),
    })
  })

  test('without a bearer is 401, after the end of the agent agent_expired', async () => {
    await expectProblem(await askForMandate({ headers: {} }), 401, 'unauthenticated')
    const ended = await createTestAgent({ workspaceId: agent.workspaceId })
    await pool().query(`update agents set expires_at = now() - interval '1 s' where id = $1`, [ended.agentId])
    await expectProblem(await askForMandate(ended), 403, 'agent_expired')
  })
})

describe('an agent of no workspace', () => {
  test('asks all the same; the link goes on to the mandate, which the linking workspace then owns', async () => {
    const registered = await register()
    const response = await askForMandate(bearer(registered.token))
    const answer = (await response.json()) as { mandateId: string; authorizationUrl: string }
    expect(response.status).toBe(200)
    expect(answer).toMatchObject({
      agentStatus: 'needs_wallet_authorization',
      authorizationUrl: `${ORIGIN}/agents/link/${registered.agent_id}?mandate=${answer.mandateId}`,
    })
    const person = await newPerson()
    const input = { mandateId: answer.mandateId }
    const early = await trpc('query', 'mandates.get', { cookie: person.cookie, input })
    expect(early.error).toMatchObject({
      code: 'agent_not_linked',
      details: { authorizationUrl: answer.authorizationUrl },
    })
    const { id: workspaceId } = await newWorkspace(person)
    const linked = await trpc('mutation', 'agents.link', {
      cookie: person.cookie,
      input: { agentId: registered.agent_id, workspaceId },
    })
    expect(linked.error).toBeNull()
    const { data } = await trpc('query', 'mandates.get', { cookie: person.cookie, input })
    expect(data).toMatchObject({ status: 'pending_signature', workspace: { id: workspaceId } })
  })

  test('GET /api/mandates is the documented probe: 403 agent_not_linked with authorizationUrl', async () => {
    const { token, agent_id: agentId } = await register()
    for (const path of ['/api/mandates', `/api/mandates/eligible?amount=1&toAddress=${SUPPLIER}`]) {
      const problem = await expectProblem(await rest('GET', path, bearer(token)), 403, 'agent_not_linked')
      expect(problem).toMatchObject({ authorizationUrl: `${ORIGIN}/agents/link/${agentId}` })
    }
  })
})

describe('reading', () => {
  test("another agent's mandate, of the same workspace too, is the 404 of one that never existed", async () => {
    const id = await newDraft(agent)
    const colleague = await createTestAgent({ workspaceId: agent.workspaceId })
    const foreign = await expectProblem(await read(id, colleague), 404, 'mandate_not_found')
    const absent = await expectProblem(await read(`m_${'0'.repeat(32)}`), 404, 'mandate_not_found')
    expect({ ...foreign, requestId: '' }).toEqual({ ...absent, requestId: '' })
    await expectProblem(await read('nonsense'), 404, 'mandate_not_found')
  })

  test('the list is newest first, in pages, and its own only', async () => {
    const lister = await createTestAgent({ workspaceId: agent.workspaceId })
    const ids = [await newDraft(lister), await newDraft(lister), await newDraft(lister)].reverse()
    const page = async (query: string) => {
      const response = await rest('GET', `/api/mandates${query}`, { headers: lister.headers })
      expect(response.status).toBe(200)
      const { mandates, ...rest_ } = (await response.json()) as { mandates: { mandateId: string }[] }
      return { ids: mandates.map(({ mandateId }) => mandateId), ...rest_ }
    }
    expect(await page('')).toEqual({ status: 'ok', ids, hasMore: false, nextCursor: null })
    expect(await page('?limit=2')).toMatchObject({ ids: ids.slice(0, 2), hasMore: true, nextCursor: ids[1] })
    expect(await page(`?limit=2&cursor=${ids[1]}`)).toMatchObject({ ids: ids.slice(2), hasMore: false })
    const foreign = await newDraft(agent)
    const asked = rest('GET', `/api/mandates?cursor=${foreign}`, { headers: lister.headers })
    await expectProblem(await asked, 400, 'invalid_cursor')
  })

  test('a draft past its link reads as expired and has no signUrl, before any sweep', async () => {
    const id = await newDraft(agent)
    await pool().query(`update mandates set link_expires_at = now() - interval '1 s' where id = $1`, [id])
    const { mandate } = (await (await read(id)).json()) as { mandate: object }
    expect(mandate).toMatchObject({ status: 'expired', signUrl: null })
  })

  test('eligible are exactly those that a payout would be paid from', async () => {
    const payer = await createTestAgent({ workspaceId: agent.workspaceId })
    const plain = await createTestMandate(payer)
    const listed = await createTestMandate(payer, { recipientAllowlist: [SUPPLIER] })
    const capped = await createTestMandate(payer, { maxAmountPerTx: 5n })
    const small = await createTestMandate(payer, { limitAmount: 5n })
    const periodic = await createTestMandate(payer, { periodSeconds: 60, periodLimit: 5n })
    await createTestMandate(payer, { isDraft: true })
    const off = await createTestMandate(payer)
    await pool().query('update mandates set is_enabled = false where id = $1', [off])
    const eligible = async (amount: string, toAddress: string) => {
      const path = `/api/mandates/eligible?amount=${amount}&toAddress=${toAddress}`
      const response = await rest('GET', path, { headers: payer.headers })
      const { mandates } = (await response.json()) as { mandates: { mandateId: string }[] }
      return mandates.map(({ mandateId }) => mandateId).sort()
    }
    expect(await eligible('5', SUPPLIER)).toEqual([plain, listed, capped, small, periodic].sort())
    expect(await eligible('6', SUPPLIER)).toEqual([plain, listed].sort())
    expect(await eligible('6', `0x${'1'.repeat(40)}`)).toEqual([plain])
    for (const query of ['', '?amount=5', '?amount=0&toAddress=0x1', `?amount=1.5&toAddress=${SUPPLIER}`]) {
      const response = rest('GET', `/api/mandates/eligible${query}`, { headers: payer.headers })
      await expectProblem(await response, 400, 'invalid_request')
    }
  })

  test('the self status counts what is open and shows the newest', async () => {
    const person = await newPerson()
    const { id: workspaceId } = await newWorkspace(person)
    const own = await createTestAgent({ workspaceId })
    const signed = await newSignedMandate(own, person)
    const draft = await newDraft(own)
    const response = await rest('GET', '/api/agent/self/status', { headers: own.headers })
    const { mandates } = agentStatusView.parse(await response.json())
    expect(mandates).toMatchObject({ open: 1, total: 2, itemsTruncated: false })
    expect(mandates.items.map(({ mandateId }) => mandateId)).toEqual([draft, signed])
    expect(mandates.items[1]).toMatchObject({
      limitAmount: INTENT.limitAmount,
      limitFormatted: '100',
      remainingFormatted: '100',
      decimals: 6,
    })
  })
})
